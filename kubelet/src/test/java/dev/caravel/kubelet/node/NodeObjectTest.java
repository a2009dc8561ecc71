package dev.caravel.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.api.PatchType;
import dev.caravel.kubelet.apifake.FakeApi;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class NodeObjectTest {
    private static final String PATH = "/api/v1/nodes/n1";
    private final NodeObject object = new NodeObject(Machines.identity());

    private static String golden(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        NodeObjectTest.class.getResourceAsStream("/golden/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String json(Object value) {
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(value)
                + "\n";
    }

    @Test
    void aNewNodeRegistersWithEverythingKnown() throws IOException {
        assertThat(json(object.initial(Machines.report()))).isEqualTo(golden("node-initial.json"));
    }

    @Test
    void nothingNewIsNoChangeEvenWhenTimePasses() throws IOException {
        Node held = stored(object.initial(Machines.report()));
        NodeObject.Update later =
                object.update(held, Machines.report(Machines.READY, Machines.NOW.plusSeconds(10)));
        assertThat(later.changed()).isFalse();
        assertThat(later.events()).isEmpty();
    }

    @Test
    void theHeartbeatPatchHoldsHeartbeatTimesOnly() throws IOException {
        Node held = stored(object.initial(Machines.report()));
        Node later =
                object.update(held, Machines.report(Machines.READY, Machines.NOW.plusSeconds(10)))
                        .node();
        assertThat(NodePatch.between(held, later).orElseThrow())
                .doesNotContain("capacity", "nodeInfo", "images", "addresses", "spec", "labels")
                .contains("\"lastHeartbeatTime\":\"2026-03-01T10:00:10Z\"");
    }

    @Test
    void whatTheServerHoldsAfterThePatchIsWhatWasMeant() throws Exception {
        FakeApi api = new FakeApi();
        Node held = api.seed(PATH, object.initial(Machines.report()));
        NodeReport changed =
                new NodeReport(
                        Machines.facts(),
                        Machines.report().ephemeralBytes(),
                        Machines.report().reserved(),
                        new DeviceResources(
                                java.util.Map.of("example.com/gpu", new Quantity("2")),
                                java.util.Map.of("example.com/gpu", new Quantity("1")),
                                java.util.Set.of()),
                        Machines.report().runtime(),
                        Machines.report().runtimeStatus(),
                        List.of(),
                        Optional.of(
                                List.of(
                                        new NodeAddress("10.0.0.8", "InternalIP"),
                                        new NodeAddress("fd00::8", "InternalIP"),
                                        new NodeAddress("n1.example", "Hostname"))),
                        Optional.of(List.of("kubernetes.io/csi/d^v")),
                        new NodeHealth(
                                List.of("container runtime is down"),
                                Optional.empty(),
                                true,
                                false,
                                false),
                        Machines.NOW.plusSeconds(20));

        NodeObject.Update update = object.update(held, changed);
        String patch = NodePatch.between(held, update.node()).orElseThrow();
        Node after = api.patch(Node.class, PATH + "/status", PatchType.STRATEGIC_MERGE, patch);

        assertThat(update.changed()).isTrue();
        assertThat(after.getStatus()).isEqualTo(update.node().getStatus());
        assertThat(update.events())
                .extracting(NodeEvent::message)
                .containsExactly(
                        "Node n1 status is now: NodeHasInsufficientMemory",
                        "Node n1 status is now: NodeNotReady");
    }

    @Test
    void whatOthersWroteStays() throws IOException {
        Node held =
                new NodeBuilder(stored(object.initial(Machines.report())))
                        .editMetadata()
                        .addToLabels("zone", "a")
                        .endMetadata()
                        .editStatus()
                        .addToCapacity("example.com/licence", new Quantity("5"))
                        .addNewCondition()
                        .withType("NetworkUnavailable")
                        .withStatus("False")
                        .endCondition()
                        .addNewVolumesAttached()
                        .withName("v")
                        .endVolumesAttached()
                        .endStatus()
                        .build();

        Node node = object.update(held, Machines.report()).node();

        assertThat(node.getMetadata().getLabels()).containsEntry("zone", "a");
        assertThat(node.getStatus().getCapacity())
                .containsEntry("example.com/licence", new Quantity("5"));
        assertThat(node.getStatus().getAllocatable())
                .containsEntry("example.com/licence", new Quantity("5"));
        assertThat(node.getStatus().getConditions())
                .extracting(c -> c.getType())
                .contains("NetworkUnavailable");
        assertThat(node.getStatus().getVolumesAttached()).hasSize(1);
    }

    @Test
    void aRebootIsAnEvent() throws IOException {
        Node held =
                new NodeBuilder(stored(object.initial(Machines.report())))
                        .editStatus()
                        .editNodeInfo()
                        .withBootID("boot-0")
                        .endNodeInfo()
                        .endStatus()
                        .build();
        assertThat(object.update(held, Machines.report()).events())
                .extracting(NodeEvent::reason)
                .containsExactly("Rebooted");
    }

    @Test
    void theLabelsOfTheOperatingSystemAreAssertedAgain() throws IOException {
        Node held =
                new NodeBuilder(stored(object.initial(Machines.report())))
                        .editMetadata()
                        .removeFromLabels("kubernetes.io/os")
                        .addToLabels("kubernetes.io/arch", "vax")
                        .endMetadata()
                        .build();
        NodeObject.Update update = object.update(held, Machines.report());
        assertThat(update.changed()).isTrue();
        assertThat(update.node().getMetadata().getLabels())
                .containsEntry("kubernetes.io/os", "linux")
                .containsEntry("kubernetes.io/arch", "amd64");
    }

    /** As the API server gives it back: through JSON. */
    private static Node stored(Node node) throws IOException {
        return new FakeApi().seed(PATH, node);
    }
}
