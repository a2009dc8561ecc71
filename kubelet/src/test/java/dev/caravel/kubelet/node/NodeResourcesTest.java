package dev.caravel.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeResourcesTest {
    private static final NodeResources NOTHING = new NodeResources(Map.of(), Map.of());

    private static NodeResources of(
            Map<String, BigDecimal> reserved, DeviceResources devices, NodeResources existing) {
        return NodeResources.of(
                Machines.identity(),
                Machines.facts(),
                OptionalLong.of(1000),
                devices,
                reserved,
                existing);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a CPU reservation leaves millicores     | cpu               | 0.25       | 3750m
                    a whole CPU leaves cores                | cpu               | 1          | 3
                    more than there is leaves nothing       | cpu               | 5          | 0
                    memory is counted in binary units       | memory            | 1048576    | 7982592Ki
                    ephemeral storage in plain bytes        | ephemeral-storage | 1          | 999
                    an unknown reservation changes nothing  | pid               | 1000       |
                    """)
    void allocatableIsCapacityLessWhatIsReserved(
            String sentence, String resource, BigDecimal reserved, String expected) {
        NodeResources resources = of(Map.of(resource, reserved), DeviceResources.NONE, NOTHING);
        Quantity left = resources.allocatable().get(resource);
        assertThat(left == null ? null : left.toString()).as(sentence).isEqualTo(expected);
    }

    @Test
    void devicesShowTheirOwnCapacityAndHealthAndRemovedOnesZero() {
        NodeResources resources =
                of(
                        Map.of(),
                        new DeviceResources(
                                Map.of("example.com/gpu", new Quantity("4")),
                                Map.of("example.com/gpu", new Quantity("3")),
                                Set.of("example.com/old")),
                        new NodeResources(Map.of("example.com/old", new Quantity("2")), Map.of()));
        assertThat(resources.capacity())
                .containsEntry("example.com/gpu", new Quantity("4"))
                .containsEntry("example.com/old", new Quantity("0"));
        assertThat(resources.allocatable())
                .containsEntry("example.com/gpu", new Quantity("3"))
                .containsEntry("example.com/old", new Quantity("0"));
    }

    @Test
    void hugePagesThatAreGoneAreGoneAndExtendedAllocatableFollowsCapacity() {
        NodeResources resources =
                of(
                        Map.of(),
                        DeviceResources.NONE,
                        new NodeResources(
                                Map.of("hugepages-64Ki", new Quantity("1Mi")),
                                Map.of(
                                        "hugepages-64Ki", new Quantity("1Mi"),
                                        "example.com/gone", new Quantity("1"))));
        assertThat(resources.capacity()).doesNotContainKey("hugepages-64Ki");
        assertThat(resources.allocatable())
                .doesNotContainKeys("hugepages-64Ki", "example.com/gone");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com/gpu,true",
        "cpu,false",
        "kubernetes.io/batch,false",
        "x.kubernetes.io/batch,false",
        "requests.example.com/gpu,false"
    })
    void extendedResourcesHaveADomainOfTheirOwn(String name, boolean extended) {
        assertThat(NodeResources.isExtended(name)).isEqualTo(extended);
    }

    @ParameterizedTest
    @CsvSource({"0,110", "10,40", "100,110"})
    void podsAreLimitedInAllAndByCore(int podsPerCore, String pods) {
        NodeIdentity base = Machines.identity();
        NodeIdentity identity =
                new NodeIdentity(
                        base.nodeName(),
                        base.hostname(),
                        base.labels(),
                        base.taints(),
                        false,
                        true,
                        base.providerId(),
                        base.nodeIps(),
                        110,
                        podsPerCore,
                        50,
                        10250,
                        base.kubeletVersion(),
                        true,
                        base.declaredFeatures());
        assertThat(
                        NodeResources.of(
                                        identity,
                                        Machines.facts(),
                                        OptionalLong.empty(),
                                        DeviceResources.NONE,
                                        Map.of(),
                                        NOTHING)
                                .capacity())
                .containsEntry("pods", new Quantity(pods))
                .doesNotContainKey("ephemeral-storage");
    }
}
