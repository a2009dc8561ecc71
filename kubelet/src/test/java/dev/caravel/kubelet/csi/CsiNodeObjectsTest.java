package dev.caravel.kubelet.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.csi.NodeInfo;
import dev.caravel.kubelet.objects.FakeApi;
import dev.caravel.kubelet.objects.FakeTicks;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsiNodeObjectsTest {
    private static final String CSI_NODE = "/apis/storage.k8s.io/v1/csinodes/n1";
    private static final NodeInfo INFO = new NodeInfo("id-1", 5, Map.of("zone", "a", "rack", "7"));

    private final FakeApi api = new FakeApi();
    private final CsiNodeObjects objects =
            new CsiNodeObjects(api, "n1", new FakeTicks(Instant.EPOCH));

    @BeforeEach
    void addNode() {
        api.objects.put(
                "/api/v1/nodes/n1",
                new NodeBuilder()
                        .withNewMetadata()
                        .withName("n1")
                        .withUid("node-uid")
                        .addToAnnotations(CsiNodeRules.NODE_ID, "{\"other\":\"x\"}")
                        .addToLabels("rack", "7")
                        .endMetadata()
                        .build());
        api.onCreate =
                body -> {
                    api.objects.put(CSI_NODE, body);
                    return body;
                };
    }

    private CSINode csiNode() {
        return (CSINode) Objects.requireNonNull(api.objects.get(CSI_NODE));
    }

    private void putCsiNode(String ownerUid, CSINodeDriver... drivers) {
        api.objects.put(
                CSI_NODE,
                new CSINodeBuilder()
                        .withNewMetadata()
                        .withName("n1")
                        .addNewOwnerReference()
                        .withKind("Node")
                        .withName("n1")
                        .withUid(ownerUid)
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .withDrivers(drivers)
                        .endSpec()
                        .build());
    }

    @Test
    void theNodeIsNotReadyBeforeItsCsiNodeExists() throws Exception {
        assertThat(objects.problems()).containsExactly("CSINode is not yet initialized");
        objects.ensure();
        assertThat(objects.problems()).isEmpty();
        assertThat(csiNode().getMetadata().getOwnerReferences().getFirst().getUid())
                .isEqualTo("node-uid");
        assertThat(csiNode().getMetadata().getAnnotations())
                .containsEntry(
                        "storage.alpha.kubernetes.io/migrated-plugins",
                        "kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/azure-file,"
                                + "kubernetes.io/cinder,kubernetes.io/gce-pd,"
                                + "kubernetes.io/portworx-volume,kubernetes.io/vsphere-volume");
        objects.ensure();
        assertThat(api.created).hasSize(1);
        assertThat(api.updated).isEmpty();
    }

    @Test
    void theCsiNodeOfAnEarlierNodeIsReplaced() throws Exception {
        putCsiNode("old-uid");
        objects.ensure();
        assertThat(api.deleted).containsExactly(CSI_NODE);
        assertThat(csiNode().getMetadata().getOwnerReferences().getFirst().getUid())
                .isEqualTo("node-uid");
    }

    @Test
    void aDriverIsToldWithItsIdTopologyAndRoom() throws Exception {
        putCsiNode("node-uid");
        objects.install("disk.example.com", INFO);
        assertThat(api.patches)
                .singleElement()
                .satisfies(patch -> {
                    assertThat(patch).startsWith("/api/v1/nodes/n1/status {\"metadata\":");
                    assertThat(patch)
                            .contains(
                                    "{\\\"disk.example.com\\\":\\\"id-1\\\",\\\"other\\\":\\\"x\\\"}")
                            .contains("\"labels\":{\"zone\":\"a\"}");
                });
        assertThat(csiNode().getSpec().getDrivers())
                .singleElement()
                .satisfies(driver -> {
                    assertThat(driver.getNodeID()).isEqualTo("id-1");
                    assertThat(driver.getTopologyKeys()).containsExactly("rack", "zone");
                    assertThat(driver.getAllocatable().getCount()).isEqualTo(5);
                });
        int updates = api.updated.size();
        objects.install("disk.example.com", INFO);
        assertThat(api.updated).as("nothing new to tell").hasSize(updates);
    }

    @Test
    void aGoneDriverIsTakenOut() throws Exception {
        objects.install("disk.example.com", INFO);
        objects.install("other", new NodeInfo("x", 0, Map.of()));
        objects.uninstall("disk.example.com");
        assertThat(csiNode().getSpec().getDrivers())
                .extracting(CSINodeDriver::getName)
                .containsExactly("other");
        api.objects.remove(CSI_NODE);
        objects.uninstall("other");
    }

    @Test
    void aDriverThatDisagreesAboutTheTopologyIsRefused() {
        assertThatThrownBy(() ->
                        objects.install(
                                "disk.example.com", new NodeInfo("id-1", 0, Map.of("rack", "8"))))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "detected topology value collision: driver reported \"rack\":\"8\" but"
                                + " existing label is \"rack\":\"7\"");
    }

    @ParameterizedTest(name = "{0} with {1}={2} becomes {3}")
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            textBlock =
                    """
                    -;                   d; 1; {"d":"1"}
                    '';                  d; 1; {"d":"1"}
                    {"d":"1"};           d; 1; -
                    {"d":"1"};           d; 2; {"d":"2"}
                    {"d":"1","e":"2"};   d; -; {"e":"2"}
                    {"d":"1"};           d; -; ''
                    {"e":"2"};           d; -; -
                    """)
    void theAnnotationKeepsOtherDrivers(
            String annotation, String driver, String id, String expected) throws Exception {
        assertThat(CsiNodeRules.nodeIds(annotation, driver, Optional.ofNullable(id)))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void aBrokenAnnotationIsNotOverwritten() {
        assertThatThrownBy(() -> CsiNodeRules.nodeIds("{broken", "d", Optional.of("1")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failed to parse");
    }

    @Test
    void moreVolumesThanTheApiCanSayAreTheMost() {
        assertThat(
                        CsiNodeRules.with(
                                        List.of(), "d", new NodeInfo("x", Long.MAX_VALUE, Map.of()))
                                .orElseThrow()
                                .getFirst()
                                .getAllocatable()
                                .getCount())
                .isEqualTo(Integer.MAX_VALUE);
    }
}
