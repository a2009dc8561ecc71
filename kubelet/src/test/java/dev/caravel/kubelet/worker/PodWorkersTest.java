package dev.caravel.kubelet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.allocation.ResizeState;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.CrashBackOff;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.kubelet.probe.ProbeVerdict;
import dev.caravel.kubelet.probe.Probes;
import dev.caravel.kubelet.status.PodStatusComputer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodWorkersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final PodStore store = new PodStore(Set.of(PodSource.API));
    private final Map<String, PodStatus> statuses = new ConcurrentHashMap<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch neverReleased = new CountDownLatch(1);
    private final PodWorkers workers =
            new PodWorkers(
                    new PodServices(
                            store,
                            new RuntimeView(
                                    new FakeRuntime(Clock.systemUTC()), Ticks.system(), _ -> {}),
                            new NoProbes(),
                            new AsWished(),
                            new Events(),
                            this::run,
                            new Desk(),
                            new Sink(),
                            () ->
                                    new PodSnapshot.Settings(
                                            CrashBackOff.Limits.of(false, Optional.empty()),
                                            true,
                                            ""),
                            () ->
                                    new PodStatusComputer.Host(
                                            List.of("192.0.2.1"), "containerd", false),
                            (_, _) -> {},
                            Ticks.system()));

    @AfterEach
    void end() {
        workers.close();
    }

    @Test
    void aPodThatBreaksItsWorkerIsNamedAndTriedAgainAndOthersGoOn() {
        arrive("breaks-its-status");
        arrive("ordinary");

        await("the ordinary pod is reported", () -> statuses.containsKey("ordinary"));
        await(
                "two tries",
                () ->
                        events.stream()
                                        .filter(e -> e.startsWith("breaks-its-status FailedSync"))
                                        .count()
                                >= 2);
        assertThat(events)
                .allMatch(e ->
                        e.contains("error syncing the pod, trying again in")
                                && e.contains("IllegalStateException: no status for it"));
        assertThat(workers.has("ordinary")).isTrue();
    }

    @Test
    void aPodThatNoCheckExpectedIsRefusedAndOthersAreTaken() {
        arrive("breaks-admission");
        arrive("ordinary");

        await("both are reported", () -> statuses.size() == 2);
        assertThat(phase("breaks-admission")).isEqualTo("Failed UnexpectedAdmissionError");
        assertThat(phase("ordinary")).isEqualTo("Pending null");
    }

    @Test
    void aPodWhosePreparationHangsHoldsUpNoOther() {
        arrive("hangs");
        arrive("ordinary");

        await(
                "the ordinary pod's preparation is done",
                () ->
                        workers.explain("ordinary")
                                .filter(e -> !e.timeline().steps().isEmpty())
                                .isPresent());
        assertThat(workers.explain("hangs").orElseThrow().timeline().steps()).isEmpty();
    }

    private String phase(String name) {
        PodStatus status = Objects.requireNonNull(statuses.get(name));
        return status.getPhase() + " " + status.getReason();
    }

    private void arrive(String name) {
        PodRef ref = new PodRef("default", name, name);
        store.put(
                new DesiredPod(
                        ref,
                        PodSource.API,
                        new PodBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace("default")
                                .withUid(name)
                                .endMetadata()
                                .withNewSpec()
                                .addNewContainer()
                                .withName("c")
                                .withImage("img")
                                .endContainer()
                                .endSpec()
                                .build(),
                        Instant.now()));
        workers.poke(name);
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what).atMost(LIMIT).until(condition);
    }

    private Outcome run(DesiredPod pod, Action action, Progress progress)
            throws InterruptedException {
        if (pod.ref().name().equals("hangs")) {
            neverReleased.await();
        }
        return new Outcome.Success();
    }

    private static final class Desk implements PodServices.AdmissionDesk {
        @Override
        public PodSnapshot.Admission admit(DesiredPod pod) {
            if (pod.ref().name().equals("breaks-admission")) {
                throw new IllegalStateException("nobody thought of this");
            }
            return new PodSnapshot.Admission.Admitted();
        }

        @Override
        public void release(DesiredPod pod) {}
    }

    private final class Sink implements PodServices.StatusSink {
        @Override
        public void publish(DesiredPod pod, PodStatus status, boolean released) {
            if (pod.ref().name().equals("breaks-its-status")) {
                throw new IllegalStateException("no status for it");
            }
            statuses.put(pod.ref().name(), status);
        }

        @Override
        public void forget(DesiredPod pod) {}
    }

    private final class Events implements EventSink {
        @Override
        public void event(
                PodRef pod, Optional<String> path, EventType type, String reason, String message) {
            events.add(pod.name() + " " + reason + " " + message);
        }

        @Override
        public void nodeEvent(EventType type, String reason, String message) {}
    }

    private static final class AsWished implements PodServices.ResizeDesk {
        @Override
        public DesiredPod follow(DesiredPod wanted) {
            return wanted;
        }

        @Override
        public ResizeState look(DesiredPod granted, ObservedPod now) {
            return ResizeState.NONE;
        }

        @Override
        public void forget(String uid) {}
    }

    private static final class NoProbes implements Probes {
        @Override
        public void follow(DesiredPod pod, ObservedPod observed, boolean terminating) {}

        @Override
        public Map<String, ProbeVerdict> verdicts(String uid) {
            return Map.of();
        }

        @Override
        public void forget(String uid) {}
    }
}
