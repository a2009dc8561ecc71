package dev.caravel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The kubelet without a control plane: a folder of manifests. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandaloneTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private @Nullable Node node;

    @BeforeAll
    void startNode() throws Exception {
        Prerequisites.containerd("standalone");
        node = Node.standalone("alone");
        node.startKubelet();
    }

    @AfterAll
    void removeNode() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private Node node() {
        return Objects.requireNonNull(node);
    }

    @Test
    void aManifestBecomesAPodAndGoesWithIt() throws Exception {
        Pod pod = Pods.web("from-file", "");
        pod.getSpec().setNodeName(null);
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setCommand(
                        java.util.List.of("/bin/sh", "-c", "echo it runs; exec /bin/sleep 100000"));
        pod.getSpec().getContainers().getFirst().setReadinessProbe(null);
        Path manifest = node().manifests().resolve("from-file.yaml");
        Files.writeString(manifest, new KubernetesSerialization().asYaml(pod));

        Awaitility.await("the container writes its log")
                .atMost(LIMIT)
                .until(() -> logs().contains("it runs"));
        assertThat(node().podCgroups()).isNotEmpty();

        Files.delete(manifest);
        Awaitility.await("the pod is gone")
                .atMost(LIMIT)
                .untilAsserted(() -> {
                    assertThat(node().containers()).isEmpty();
                    assertThat(node().podCgroups()).isEmpty();
                    assertThat(node().mounts()).isEmpty();
                    assertThat(node().leasedAddresses()).isEmpty();
                    assertThat(node().shims()).isEmpty();
                });
    }

    @Test
    void aBrokenManifestHarmsNoOther() throws Exception {
        Files.writeString(node().manifests().resolve("broken.yaml"), "kind: Pod\nspec: [1, 2");
        Pod pod = Pods.web("beside", "");
        pod.getSpec().setNodeName(null);
        Path manifest = node().manifests().resolve("beside.yaml");
        Files.writeString(manifest, new KubernetesSerialization().asYaml(pod));
        Awaitility.await("the sound pod runs")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(node().containers()).hasSize(2));
        Files.delete(manifest);
        Awaitility.await("it is gone")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(node().containers()).isEmpty());
    }

    private String logs() throws IOException {
        StringBuilder text = new StringBuilder();
        Path folder = node().folder().resolve("pod-logs");
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }
}
