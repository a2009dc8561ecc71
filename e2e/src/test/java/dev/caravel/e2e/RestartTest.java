package dev.caravel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The kubelet dies at any moment; the pods do not notice. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartTest {
    private static final String NAME = "restart";
    private static final int PODS = 20;
    private static final int KILLS = 20;
    private static final int LONGEST_LIFE_MILLIS = 4000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private @Nullable ControlPlane plane;
    private @Nullable Node node;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Prerequisites.controlPlane("restarts of the kubelet");
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
    void killingTheKubeletTwentyTimesDisturbsNoPod() throws Exception {
        for (int i = 0; i < PODS; i++) {
            client().resource(Pods.web("steady-" + i, NAME)).create();
        }
        for (int i = 0; i < PODS; i++) {
            Pods.awaitReady(client(), "steady-" + i, LIMIT);
        }
        Map<String, String> before = lives();
        List<String> listed = steady();
        assertThat(listed).hasSize(2 * PODS);

        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            livesAtLeast(random.nextInt(LONGEST_LIFE_MILLIS));
            node().killKubelet();
            node().startKubelet();
            assertThat(lives()).as("after kill %d, seed %d", kill, seed).isEqualTo(before);
        }
        livesAtLeast(LONGEST_LIFE_MILLIS);
        assertThat(lives()).as("at the end, seed %d", seed).isEqualTo(before);
        assertThat(steady()).isEqualTo(listed);
    }

    @Test
    void whatHappensWhileTheKubeletIsDeadIsMadeGoodLater() {
        try {
            client().resource(Pods.web("leaves", NAME)).create();
            Pods.awaitReady(client(), "leaves", LIMIT);
            node().killKubelet();
            client().pods().inNamespace("default").withName("leaves").delete();
            client().resource(Pods.web("arrives", NAME)).create();
            node().startKubelet();
            Pods.awaitReady(client(), "arrives", LIMIT);
            Pods.awaitGone(client(), "leaves", LIMIT);
        } catch (Exception e) {
            throw new AssertionError("the kubelet's last words are in its log", e);
        } finally {
            client().pods().inNamespace("default").withName("arrives").delete();
        }
        Pods.awaitGone(client(), "arrives", LIMIT);
    }

    /** What the runtime has of the pods that nobody touches; none may come beside it. */
    private List<String> steady() throws Exception {
        return node().listed().stream().filter(name -> name.contains(" steady-")).toList();
    }

    /** The moment of the kill, at random; nothing is waited for but the time. */
    private static void livesAtLeast(int millis) {
        CompletableFuture<String> moment =
                new CompletableFuture<String>()
                        .completeOnTimeout("now", millis, TimeUnit.MILLISECONDS);
        Awaitility.await("the moment of the kill")
                .atMost(Duration.ofSeconds(30))
                .until(moment::isDone);
    }

    /**
     * What must not change of each steady pod: its containers, restarts and since when it is ready.
     */
    private Map<String, String> lives() {
        Map<String, String> lives = new TreeMap<>();
        for (int i = 0; i < PODS; i++) {
            Pod pod = Pods.get(client(), "steady-" + i).orElseThrow();
            var ready = Pods.readiness(pod).orElseThrow();
            var container = pod.getStatus().getContainerStatuses().getFirst();
            lives.put(
                    pod.getMetadata().getName(),
                    "%s, %d restarts, Ready %s since %s"
                            .formatted(
                                    container.getContainerID(),
                                    container.getRestartCount(),
                                    ready.getStatus(),
                                    ready.getLastTransitionTime()));
        }
        return lives;
    }
}
