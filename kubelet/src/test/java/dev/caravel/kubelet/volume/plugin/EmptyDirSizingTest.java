package dev.caravel.kubelet.volume.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.volume.Pods;
import dev.caravel.kubelet.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmptyDirSizingTest {
    private static final long MI = 1 << 20;

    private static Pod limited(String limits, String podLimit) {
        List<Container> containers = new ArrayList<>();
        for (String limit : limits.split(" ", -1)) {
            var resources = new ResourceRequirementsBuilder();
            if (!limit.equals("-")) {
                resources.addToLimits("memory", new Quantity(limit));
            }
            containers.add(
                    new ContainerBuilder()
                            .withName("c" + containers.size())
                            .withResources(resources.build())
                            .build());
        }
        Pod pod = Pods.of(containers);
        return podLimit == null
                ? pod
                : new PodBuilder(pod)
                        .editSpec()
                        .withResources(
                                new ResourceRequirementsBuilder()
                                        .addToLimits("memory", new Quantity(podLimit))
                                        .build())
                        .endSpec()
                        .build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    nothing limits it but the node,       -,          ,      ,      1024, 1024
                    the volume's own limit,               -,          ,      100Mi, 1024, 100
                    all containers are limited,           100Mi 50Mi, ,      ,      1024, 150
                    one container has no limit,           100Mi -,    ,      ,      1024, 1024
                    the pod level limits it,              -,          200Mi, ,      1024, 200
                    the volume may not exceed the pod,    100Mi,      ,      500Mi, 1024, 100
                    the pod may not exceed the node,      4Gi,        ,      2Gi,   1024, 1024
                    zero is no limit,                     -,          ,      0,     1024, 1024
                    an unknown node does not limit,       -,          ,      100Mi, 0,    100
                    nothing at all,                       -,          ,      ,      0,    -1
                    """)
    void theLeastLimitCounts(
            String name, String limits, String podLimit, String own, long node, long expected) {
        OptionalLong bytes =
                EmptyDirSizing.tmpfsBytes(
                        limited(limits, podLimit),
                        own == null ? null : new Quantity(own),
                        node * MI);
        assertThat(bytes)
                .isEqualTo(expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected * MI));
    }

    private static Pod requesting(String... pages) {
        Map<String, Quantity> requests = new java.util.HashMap<>();
        Arrays.stream(pages).forEach(p -> requests.put("hugepages-" + p, new Quantity("4Mi")));
        return Pods.of(
                List.of(
                        new ContainerBuilder()
                                .withName("c")
                                .withResources(
                                        new ResourceRequirementsBuilder()
                                                .withRequests(requests)
                                                .build())
                                .build()));
    }

    @Test
    void thePageSizeIsTheNamedOrTheOnlyRequestedOne() throws Exception {
        assertThat(EmptyDirSizing.pageBytes("HugePages", requesting("2Mi"))).isEqualTo(2 * MI);
        assertThat(EmptyDirSizing.pageBytes("HugePages-1Gi", requesting("2Mi", "1Gi")))
                .isEqualTo(1024 * MI);
        assertThatThrownBy(() -> EmptyDirSizing.pageBytes("HugePages", requesting("2Mi", "1Gi")))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("multiple huge page sizes");
        assertThatThrownBy(() -> EmptyDirSizing.pageBytes("HugePages", requesting()))
                .hasMessageContaining("no resource request for huge pages");
        assertThatThrownBy(() -> EmptyDirSizing.pageBytes("HugePages-1Gi", requesting("2Mi")))
                .hasMessageContaining("no resource request for huge pages");
        assertThatThrownBy(() -> EmptyDirSizing.pageBytes("HugePages-x", requesting("2Mi")))
                .hasMessageContaining("cannot read the page size");
        assertThat(EmptyDirSizing.isHugePages("HugePages-1Gi")).isTrue();
        assertThat(EmptyDirSizing.isHugePages("Memory")).isFalse();
    }
}
