package dev.caravel.kubelet.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.apifake.FakeApi;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusPublisherTest {
    private final FakeApi api = new FakeApi();
    private final PodStore store = new PodStore(Set.of(PodSource.API));
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final List<Duration> synced = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final StatusPublisher publisher =
            new StatusPublisher(
                    Optional.of(api), store, running::contains, Ticks.system(), new Recorder());

    private final class Recorder implements StatusObserver {
        @Override
        public void statusSynced(Duration sincePublished) {
            synced.add(sincePublished);
        }

        @Override
        public void containerTerminated(ContainerKind kind, int exitCode, String reason) {
            ended.add(kind + " " + exitCode + " " + reason);
        }
    }

    @AfterEach
    void stop() {
        publisher.close();
    }

    private static String path(String name) {
        return "/api/v1/namespaces/shop/pods/" + name;
    }

    private static PodBuilder pod(String name, String uid) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("web")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus();
    }

    private DesiredPod known(PodBuilder pod) {
        Pod held = api.seed(path(pod.build().getMetadata().getName()), pod.build());
        return watched(held);
    }

    /** What the watch would deliver. */
    private DesiredPod watched(Pod held) {
        DesiredPod desired = new DesiredPod(PodRef.of(held), PodSource.API, held, Instant.EPOCH);
        store.put(desired);
        return desired;
    }

    private Pod held(String name) {
        return api.at(Pod.class, path(name)).orElseThrow();
    }

    private static PodStatus phase(String phase) {
        return new PodStatusBuilder().withPhase(phase).build();
    }

    private List<String> patches() {
        return api.calls().stream().filter(c -> c.startsWith("PATCH")).toList();
    }

    @Test
    void theFirstStatusIsOnePatchWithoutReadingAndLeavesAtOnce() {
        publisher.start();
        DesiredPod warm = known(pod("warm", "u0"));
        publisher.publish(warm, phase("Running"));
        await().until(() -> synced.size() == 1);
        DesiredPod cart = known(pod("cart", "u1"));

        publisher.publish(cart, phase("Running"));

        await().until(() -> "Running".equals(held("cart").getStatus().getPhase()));
        assertThat(api.calls()).allMatch(c -> c.startsWith("PATCH")).hasSize(2);
        assertThat(held("cart").getStatus().getStartTime()).isNotNull();
        await().until(() -> synced.size() == 2);
        assertThat(synced.getLast()).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void statusesPublishedWhileOneIsWrittenBecomeOneWrite() {
        DesiredPod cart = known(pod("cart", "u1"));
        for (int i = 0; i < 50; i++) {
            publisher.publish(
                    cart, new PodStatusBuilder(phase("Running")).withMessage("" + i).build());
        }
        publisher.start();

        await().until(() -> "49".equals(held("cart").getStatus().getMessage()));
        assertThat(patches()).hasSize(1);
    }

    @Test
    void anEqualStatusIsNotWrittenAgain() {
        publisher.start();
        DesiredPod cart = known(pod("cart", "u1"));
        assertThat(publisher.publish(cart, phase("Running"))).isTrue();
        await().until(() -> patches().size() == 1);

        assertThat(publisher.publish(cart, phase("Running"))).isFalse();
        assertThat(publisher.latest("u1").orElseThrow().getPhase()).isEqualTo("Running");
    }

    @Test
    void aRefusedWriteIsTriedAgainFromWhatTheServerHolds() {
        publisher.start();
        DesiredPod cart = known(pod("cart", "u1"));
        api.failNext(FakeApi.refusal(409, "Conflict"));
        api.failNext(new IOException("connection reset"));

        publisher.publish(cart, phase("Running"));

        await().until(() -> "Running".equals(held("cart").getStatus().getPhase()));
        assertThat(api.calls())
                .extracting(c -> c.substring(0, c.indexOf(' ')))
                .containsExactly("PATCH", "GET", "GET", "PATCH");
    }

    @Test
    void aCopyThatSomeoneElseChangedIsWrittenOver() {
        publisher.start();
        DesiredPod cart = known(pod("cart", "u1"));
        publisher.publish(cart, phase("Running"));
        await().until(() -> synced.size() == 1);
        watched(held("cart"));

        watched(
                api.seed(
                        path("cart"),
                        new PodBuilder(held("cart"))
                                .editStatus()
                                .withPhase("Pending")
                                .endStatus()
                                .build()));

        await().until(() -> "Running".equals(held("cart").getStatus().getPhase()));
        assertThat(patches()).hasSize(2);
    }

    @Test
    void theEchoOfOurOwnWriteCausesNoCall() {
        publisher.start();
        DesiredPod cart = known(pod("cart", "u1"));
        publisher.publish(cart, phase("Running"));
        await().until(() -> synced.size() == 1);
        api.forgetCalls();

        watched(held("cart"));
        DesiredPod other = known(pod("other", "u2"));
        publisher.publish(other, phase("Running"));
        await().until(() -> synced.size() == 2);

        assertThat(api.calls()).allMatch(c -> c.contains("/other/"));
    }

    @Test
    void aDeletedPodIsRemovedOnceItIsDownAndItsTerminalPhaseIsWritten() {
        publisher.start();
        running.add("u1");
        DesiredPod cart =
                known(
                        pod("cart", "u1")
                                .editMetadata()
                                .withDeletionTimestamp("2026-03-01T09:00:00Z")
                                .endMetadata());

        publisher.publish(
                cart, new PodStatusBuilder(phase("Failed")).withHostIP("10.0.0.1").build());
        await().until(() -> patches().size() == 1);
        assertThat(held("cart").getStatus().getPhase()).isEqualTo("Pending");

        running.remove("u1");
        publisher.deleteFromApi(cart.ref());

        await().until(() -> api.at(Pod.class, path("cart")).isEmpty());
        assertThat(patches().getLast()).contains("\"phase\":\"Failed\"");
        assertThat(api.calls().getLast())
                .startsWith("DELETE")
                .contains("\"gracePeriodSeconds\":0")
                .contains("\"uid\":\"u1\"");
        await().until(() -> publisher.latest("u1").isEmpty());
    }

    @Test
    void aPodThatIsDoneIsDeletedOnlyWhenSomeoneAsksForIt() {
        publisher.start();
        DesiredPod job = known(pod("job", "u1"));
        publisher.publish(job, phase("Succeeded"));
        publisher.deleteFromApi(job.ref());
        await().until(() -> "Succeeded".equals(held("job").getStatus().getPhase()));
        assertThat(api.calls()).noneMatch(c -> c.startsWith("DELETE"));

        watched(
                api.seed(
                        path("job"),
                        new PodBuilder(held("job"))
                                .editMetadata()
                                .withDeletionTimestamp("2026-03-01T09:00:00Z")
                                .endMetadata()
                                .build()));
        await().until(() -> api.at(Pod.class, path("job")).isEmpty());
    }

    @Test
    void aWithheldPhaseIsWrittenWhenThePodIsDownEvenIfNobodyCalls() {
        publisher.start();
        running.add("u1");
        DesiredPod cart = known(pod("cart", "u1"));
        publisher.publish(cart, phase("Failed"));
        running.remove("u1");

        await().atMost(Duration.ofSeconds(5))
                .until(() -> "Failed".equals(held("cart").getStatus().getPhase()));
    }

    @Test
    void aPodReplacedUnderTheSameNameIsNotTouched() {
        publisher.start();
        DesiredPod old = known(pod("cart", "u1"));
        known(pod("cart", "u2"));

        publisher.publish(old, phase("Running"));
        publisher.publish(store.get("u2").orElseThrow(), phase("Failed"));

        await().until(() -> "Failed".equals(held("cart").getStatus().getPhase()));
        assertThat(patches()).hasSize(1);
    }

    @Test
    void aStaticPodWritesToItsMirrorOnceThereIsOne() {
        PodStore files = new PodStore(Set.of(PodSource.FILE));
        try (StatusPublisher statics =
                new StatusPublisher(
                        Optional.of(api), files, uid -> false, Ticks.system(), new Recorder())) {
            statics.start();
            Pod dns = pod("dns-n1", "hash").build();
            DesiredPod desired = new DesiredPod(PodRef.of(dns), PodSource.FILE, dns, Instant.EPOCH);
            files.replaceAll(PodSource.FILE, List.of(desired));
            statics.publish(desired, phase("Running"));

            Pod mirror =
                    api.seed(
                            path("dns-n1"),
                            pod("dns-n1", "m1")
                                    .editMetadata()
                                    .withAnnotations(Map.of(PodSource.MIRROR_ANNOTATION, "hash"))
                                    .endMetadata()
                                    .build());
            files.put(new DesiredPod(PodRef.of(mirror), PodSource.API, mirror, Instant.EPOCH));

            await().until(() -> "Running".equals(held("dns-n1").getStatus().getPhase()));
            statics.deleteFromApi(desired.ref());
            assertThat(api.calls()).noneMatch(c -> c.startsWith("DELETE"));
        }
    }

    @Test
    void aContainerThatEndsIsCountedOnce() {
        DesiredPod cart = known(pod("cart", "u1"));
        PodStatus over =
                new PodStatusBuilder()
                        .withPhase("Failed")
                        .addNewContainerStatus()
                        .withName("web")
                        .withNewState()
                        .withNewTerminated()
                        .withExitCode(137)
                        .withReason("OOMKilled")
                        .endTerminated()
                        .endState()
                        .endContainerStatus()
                        .build();
        publisher.publish(cart, over);
        publisher.publish(cart, new PodStatusBuilder(over).withMessage("again").build());
        assertThat(ended).containsExactly("REGULAR 137 OOMKilled");
    }

    @Test
    void withoutAnApiServerItOnlyRemembers() {
        try (StatusPublisher alone =
                new StatusPublisher(
                        Optional.empty(), store, uid -> false, Ticks.system(), new Recorder())) {
            alone.start();
            DesiredPod cart = known(pod("cart", "u1"));
            alone.publish(cart, phase("Running"));
            assertThat(alone.latest("u1").orElseThrow().getPhase()).isEqualTo("Running");
            alone.retainOnly(Set.of());
            assertThat(alone.latest("u1")).isEmpty();
        }
        assertThat(api.calls()).isEmpty();
    }
}
