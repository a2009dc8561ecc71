package dev.caravel.kubelet.probe;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.probe.ProbeStreak.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The probes of one running container, each on a virtual thread of its own: a probe that hangs
 * delays only itself. Ends when the container ends; a restarted container gets a new object.
 */
final class ContainerProbes {

    private static final int TRIES = 3;

    /** What all probes of the node share. */
    record Shared(Prober prober, EventSink events, Ticks ticks, ProbeObserver observer) {}

    private final Shared shared;
    private final PodRef pod;
    private final PodContainer container;
    private final Prober.Target target;
    private final Instant startedAt;
    private final boolean spread;
    private final Runnable poke;
    private final Map<ProbeKind, ProbeStreak> streaks = new EnumMap<>(ProbeKind.class);
    private final Map<ProbeKind, Thread> threads = new EnumMap<>(ProbeKind.class);
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile ProbeVerdict verdict;

    /**
     * @param before what was reported of this very container before the kubelet restarted; empty
     *     for a new one
     * @param spread whether the first runs are spread over a period, as after a restart of the
     *     kubelet
     * @param poke told when the verdict changed
     */
    ContainerProbes(
            Shared shared,
            PodRef pod,
            PodContainer container,
            Prober.Target target,
            Instant startedAt,
            Optional<ProbeVerdict> before,
            boolean spread,
            Runnable poke) {
        this.shared = shared;
        this.pod = pod;
        this.container = container;
        this.target = target;
        this.startedAt = startedAt;
        this.spread = spread;
        this.poke = poke;
        List<ProbePlan> plans = plans();
        for (ProbePlan plan : plans) {
            streaks.put(plan.kind(), ProbeStreak.startingWith(initial(plan.kind(), before)));
        }
        if (isStarted()) {
            started.countDown();
        }
        verdict = now();
        for (ProbePlan plan : plans) {
            String name = "probe/" + pod + "/" + container.name() + "/" + plan.kind();
            threads.put(plan.kind(), NamedThreads.start(name, () -> work(plan)));
        }
    }

    private List<ProbePlan> plans() {
        List<ProbePlan> plans = new ArrayList<>(3);
        var spec = container.spec();
        if (spec.getStartupProbe() != null) {
            plans.add(ProbePlan.of(ProbeKind.STARTUP, spec.getStartupProbe()));
        }
        if (spec.getLivenessProbe() != null) {
            plans.add(ProbePlan.of(ProbeKind.LIVENESS, spec.getLivenessProbe()));
        }
        if (spec.getReadinessProbe() != null) {
            plans.add(ProbePlan.of(ProbeKind.READINESS, spec.getReadinessProbe()));
        }
        return plans;
    }

    private static Verdict initial(ProbeKind kind, Optional<ProbeVerdict> before) {
        return switch (kind) {
            case STARTUP ->
                    before.filter(ProbeVerdict::started).isPresent()
                            ? Verdict.SUCCESS
                            : Verdict.UNKNOWN;
            case LIVENESS -> Verdict.SUCCESS;
            case READINESS ->
                    before.filter(ProbeVerdict::ready).isPresent()
                            ? Verdict.SUCCESS
                            : Verdict.FAILURE;
        };
    }

    ProbeVerdict verdict() {
        return verdict;
    }

    String containerId() {
        return target.containerId();
    }

    /** Ends liveness and startup probes; readiness goes on. */
    synchronized void terminating() {
        end(ProbeKind.STARTUP);
        end(ProbeKind.LIVENESS);
    }

    synchronized void end() {
        threads.values().forEach(Thread::interrupt);
        threads.clear();
    }

    private void end(ProbeKind kind) {
        Thread thread = threads.remove(kind);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void work(ProbePlan plan) {
        try {
            if (plan.kind() != ProbeKind.STARTUP) {
                started.await();
            } else if (isStarted()) {
                return;
            }
            Duration sinceStart = Duration.between(startedAt, shared.ticks.now());
            shared.ticks.sleep(plan.initialDelay().minus(sinceStart));
            if (spread) {
                shared.ticks.sleep(
                        Duration.ofMillis(
                                ThreadLocalRandom.current().nextLong(plan.period().toMillis())));
            }
            long due = shared.ticks.nanos();
            while (runOnce(plan)) {
                due = nextDue(due, plan.period());
                shared.ticks.sleep(Duration.ofNanos(due - shared.ticks.nanos()));
            }
        } catch (InterruptedException e) {
            // The container ended or the pod goes: that is how probes end.
            Thread.currentThread().interrupt();
        }
    }

    /** On the beat; a beat missed by a slow probe is skipped, not caught up with. */
    private long nextDue(long due, Duration period) {
        long next = due + period.toNanos();
        long now = shared.ticks.nanos();
        return next >= now ? next : now;
    }

    /** Returns whether the probe goes on. */
    private boolean runOnce(ProbePlan plan) throws InterruptedException {
        long begin = shared.ticks.nanos();
        ProbeResult result = shared.prober.run(plan, target);
        for (int i = 1; i < TRIES && result instanceof ProbeResult.Unknown; i++) {
            result = shared.prober.run(plan, target);
        }
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
        shared.observer.ran(
                pod,
                container.name(),
                plan.kind(),
                result,
                Duration.ofNanos(shared.ticks.nanos() - begin));
        report(plan, result);
        return switch (result) {
            case ProbeResult.Success _, ProbeResult.Warning _ -> settle(plan, true);
            case ProbeResult.Failure _ -> settle(plan, false);
            case ProbeResult.Unknown _ -> true;
        };
    }

    private void report(ProbePlan plan, ProbeResult result) {
        switch (result) {
            case ProbeResult.Success _ -> {}
            case ProbeResult.Warning w ->
                    event("ProbeWarning", plan.kind().text() + " probe warning: " + w.output());
            case ProbeResult.Failure f ->
                    event("Unhealthy", plan.kind().text() + " probe failed: " + f.output());
            case ProbeResult.Unknown u ->
                    event(
                            "Unhealthy",
                            plan.kind().text()
                                    + " probe errored and resulted in unknown state: "
                                    + u.output());
        }
    }

    private void event(String reason, String message) {
        shared.events.event(
                pod,
                Optional.of(container.kind().fieldPath(container.name())),
                EventType.WARNING,
                reason,
                message);
    }

    private boolean settle(ProbePlan plan, boolean succeeded) {
        ProbeVerdict before = verdict;
        Verdict now;
        synchronized (this) {
            ProbeStreak streak =
                    streaks.getOrDefault(plan.kind(), ProbeStreak.startingWith(Verdict.UNKNOWN))
                            .after(succeeded, plan);
            streaks.put(plan.kind(), streak);
            now = streak.verdict();
            if (isStarted()) {
                started.countDown();
            }
            verdict = now();
        }
        if (!verdict.equals(before)) {
            poke.run();
        }
        return switch (plan.kind()) {
            case STARTUP -> now == Verdict.UNKNOWN;
            case LIVENESS -> now != Verdict.FAILURE;
            case READINESS -> true;
        };
    }

    private boolean isStarted() {
        ProbeStreak startup = streaks.get(ProbeKind.STARTUP);
        return startup == null || startup.verdict() == Verdict.SUCCESS;
    }

    private ProbeVerdict now() {
        boolean isStarted = isStarted();
        ProbeStreak readiness = streaks.get(ProbeKind.READINESS);
        boolean ready = isStarted && (readiness == null || readiness.verdict() == Verdict.SUCCESS);
        return new ProbeVerdict(target.containerId(), isStarted, ready, failure());
    }

    private Optional<ProbeVerdict.Failure> failure() {
        for (ProbePlan plan : plans()) {
            ProbeStreak streak = streaks.get(plan.kind());
            if (plan.kind() != ProbeKind.READINESS
                    && streak != null
                    && streak.verdict() == Verdict.FAILURE) {
                String word = plan.kind() == ProbeKind.STARTUP ? "startup" : "liveness";
                return Optional.of(
                        new ProbeVerdict.Failure("failed " + word + " probe", plan.grace()));
            }
        }
        return Optional.empty();
    }
}
