package dev.caravel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One pod from its creation at a real API server until nothing of it is left. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodLifeTest {
    private static final String NAME = "life";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private @Nullable ControlPlane plane;
    private @Nullable Node node;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Prerequisites.controlPlane("the life of a pod");
        plane = ControlPlane.start(folder, NAME);
        node = Node.joined(NAME, plane.nodeKubeconfig(), folder);
        node.startKubelet();
    }

    @AfterAll
    void stop() throws Exception {
        if (node != null) {
            node.close();
        }
        if (plane != null) {
            plane.close();
        }
    }

    private KubernetesClient client() {
        return Objects.requireNonNull(plane).client();
    }

    private Node node() {
        return Objects.requireNonNull(node);
    }

    @Test
    void theNodeRegistersAndBecomesReady() {
        Awaitility.await("node " + NAME + " is Ready")
                .atMost(LIMIT)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(
                                        client().nodes()
                                                .withName(NAME)
                                                .get()
                                                .getStatus()
                                                .getConditions())
                                .anyMatch(c ->
                                        c.getType().equals("Ready")
                                                && c.getStatus().equals("True")));
    }

    @Test
    void aPodBecomesReadyServesItsLogsAndLeavesNothing() throws Exception {
        Pods.createPage(client(), "page", "<p>hello</p>");
        client().resource(Pods.webWithPage("page", NAME, "page")).create();
        Pods.awaitReady(client(), "page", LIMIT);

        assertThat(
                        client().pods()
                                .inNamespace("default")
                                .withName("page")
                                .inContainer("copy")
                                .getLog())
                .isEqualTo("copied\n");
        assertThat(
                        client().pods()
                                .inNamespace("default")
                                .withName("page")
                                .inContainer("web")
                                .getLog())
                .startsWith("serving\n");

        client().pods().inNamespace("default").withName("page").delete();
        Pods.awaitGone(client(), "page", LIMIT);
        Awaitility.await("nothing of the pod is left")
                .atMost(LIMIT)
                .untilAsserted(() -> {
                    assertThat(node().containers()).isEmpty();
                    assertThat(node().podCgroups()).isEmpty();
                    assertThat(node().mounts()).isEmpty();
                    assertThat(node().leasedAddresses()).isEmpty();
                    assertThat(node().shims()).isEmpty();
                });
    }
}
