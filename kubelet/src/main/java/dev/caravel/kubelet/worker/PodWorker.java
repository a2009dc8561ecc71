package dev.caravel.kubelet.worker;

import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.CrashBackOff;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PodPlanner;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.resources.Qos;
import dev.caravel.kubelet.status.PodStatusComputer;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole life of one pod on this node, as a loop: wait, look, plan, act, report. */
final class PodWorker {

    private static final Logger log = LoggerFactory.getLogger(PodWorker.class);

    private static final Duration RESYNC = Duration.ofSeconds(60);

    private final PodServices services;
    private final PodRef ref;
    private final Semaphore pokes = new Semaphore(0);
    private final Queue<Order> ordered = new ConcurrentLinkedQueue<>();
    private final Activities activities;
    private final Map<String, CrashBackOff> backOffs = new HashMap<>();
    private final Map<String, Plan.Hold> told = new HashMap<>();
    private final PodSnapshot.Admission admission;
    private final FirstProbes firstProbes = new FirstProbes();
    private DesiredPod desired;
    private boolean orphaned;
    private Optional<Termination> termination = Optional.empty();
    private PodStatus status;
    private boolean released;
    private boolean reportedReady;
    private Instant nextRefresh;
    private volatile boolean objectsChanged;
    private volatile Explanation explanation;
    private volatile Optional<Instant> stepSince = Optional.empty();

    PodWorker(PodServices services, DesiredPod desired) {
        this.services = services;
        this.ref = desired.ref();
        this.desired = desired;
        this.admission = admit(services, desired);
        this.activities =
                new Activities(
                        services.runner(), services.ticks(), desired.firstSeen(), this::poke);
        this.status = Optional.ofNullable(desired.pod().getStatus()).orElseGet(PodStatus::new);
        this.nextRefresh = nextResync();
        this.explanation = explain(Optional.empty());
    }

    /** A pod that no check expected is refused, not let through, and stops no other from coming. */
    private static PodSnapshot.Admission admit(PodServices services, DesiredPod desired) {
        try {
            return services.admission().admit(desired);
        } catch (RuntimeException e) {
            log.error("Admitting pod {} failed unexpectedly", desired.ref(), e);
            return new PodSnapshot.Admission.Rejected(
                    "UnexpectedAdmissionError", "Pod admission failed unexpectedly: " + e);
        }
    }

    /** Something may have changed: look again. */
    void poke() {
        pokes.release();
    }

    /** An object shown in a volume, or a field shown there, may have changed. */
    void objectsChanged() {
        objectsChanged = true;
        poke();
    }

    /** The node ends the pod. */
    void end(Termination.Cause.Failed cause, Duration grace) {
        ordered.add(new Order(cause, grace));
        poke();
    }

    /** The node wants the pod to end. */
    private record Order(Termination.Cause.Failed cause, Duration grace) {}

    private Explanation explain(Optional<Plan> plan) {
        return new Explanation(
                desired,
                services.admission().confirm(desired, admission),
                plan,
                activities.byKey(),
                activities.progress(),
                status,
                activities.timeline());
    }

    Explanation explanation() {
        return explanation;
    }

    /** What of this pod hangs, and where; {@code own} is the worker's thread. */
    List<HangWatch.Seen> hangs(Thread own) {
        Instant now = services.ticks().now();
        return Hang.of(ref, stepSince, explanation.activities(), now).stream()
                .map(hang ->
                        HangWatch.seen(hang, hang.key().flatMap(activities::threadOf).orElse(own)))
                .toList();
    }

    PodRef ref() {
        return ref;
    }

    /** Returns when nothing of the pod is left and no source wants it. */
    void live() throws InterruptedException {
        try {
            while (true) {
                stepSince = Optional.of(services.ticks().now());
                Plan plan = step();
                stepSince = Optional.empty();
                if (plan.released() && orphaned) {
                    services.resizes().forget(ref.uid());
                    return;
                }
                await(plan.wakeUp());
            }
        } finally {
            activities.cancelAll();
            services.probes().forget(ref.uid());
            services.admission().release(desired);
            services.statuses().forget(desired);
        }
    }

    private void await(Optional<Instant> wakeUp) throws InterruptedException {
        Instant until = wakeUp.filter(w -> w.isBefore(nextRefresh)).orElse(nextRefresh);
        Duration wait = Duration.between(services.ticks().now(), until);
        // One millisecond more: waking just before a deadline would plan the same wait again.
        long millis = Math.max(1, Math.min(wait.toMillis() + 1, RESYNC.toMillis() * 2));
        if (pokes.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            pokes.drainPermits();
        }
    }

    private Plan step() {
        activities.collect();
        lookAtDesired();
        if (services.view().isUnseen(ref.uid())) {
            return heldBack();
        }
        ObservedPod observed = services.view().of(ref.uid());
        boolean ending = termination.isPresent();
        // Before planning: a container that runs since now is planned and reported with its
        // verdict.
        services.probes().follow(desired, observed, ending);
        PodSnapshot snapshot = snapshot(observed);
        Plan plan = PodPlanner.plan(snapshot);
        termination = plan.termination();
        plan.cancel().forEach(activities::cancel);
        plan.actions().forEach(this::start);
        tellHolds(plan);
        if (termination.isPresent() && !ending) {
            services.probes().follow(desired, observed, true);
        }
        activities.timeline(firstProbes.note(snapshot, activities.timeline()));
        report(snapshot, plan);
        explanation = explain(Optional.of(plan));
        return plan;
    }

    /** Until the runtime shows what it has of the pod, whatever we did could be there already. */
    private Plan heldBack() {
        Plan plan = Plan.waitingFor("the runtime, which lists the pod and does not tell how it is");
        explanation = explain(Optional.of(plan));
        return plan;
    }

    private void lookAtDesired() {
        Optional<DesiredPod> now = services.store().get(ref.uid());
        orphaned = now.isEmpty() && services.store().allSynced();
        now.map(services.resizes()::follow)
                .ifPresent(pod -> {
                    objectsChanged |= !sameFields(desired, pod);
                    desired = pod;
                });
        for (Order order = ordered.poll(); order != null; order = ordered.poll()) {
            Termination asked = new Termination(order.cause, services.ticks().now(), order.grace);
            termination = Optional.of(termination.map(t -> t.mergedWith(asked)).orElse(asked));
        }
    }

    /** Labels and annotations are what a downward API volume shows of a pod and what can change. */
    private static boolean sameFields(DesiredPod a, DesiredPod b) {
        return Objects.equals(a.pod().getMetadata().getLabels(), b.pod().getMetadata().getLabels())
                && Objects.equals(
                        a.pod().getMetadata().getAnnotations(),
                        b.pod().getMetadata().getAnnotations());
    }

    private PodSnapshot snapshot(ObservedPod observed) {
        Instant now = services.ticks().now();
        boolean refresh = objectsChanged || !now.isBefore(nextRefresh);
        return new PodSnapshot(
                desired,
                orphaned,
                services.admission().confirm(desired, admission),
                observed,
                services.probes().verdicts(ref.uid()),
                activities.byKey(),
                backOffs,
                termination,
                services.resizes().look(desired, observed),
                refresh,
                services.settings().get(),
                now);
    }

    /** The back-off of a container; what it had with another image or resources is forgotten. */
    private void keep(PodContainer container, CrashBackOff backOff) {
        backOffs.keySet().removeIf(key -> key.startsWith(container.name() + "/"));
        backOffs.put(CrashBackOff.key(container.spec()), backOff);
    }

    /** Tells people once for each wait. */
    private void tellHolds(Plan plan) {
        plan.backOffs()
                .forEach((name, hold) -> {
                    if (!hold.equals(told.put(name, hold))) {
                        services.events()
                                .event(
                                        ref,
                                        PodContainer.byName(desired.pod(), name)
                                                .map(c -> c.kind().fieldPath(name)),
                                        EventType.WARNING,
                                        "BackOff",
                                        "Back-off restarting failed container "
                                                + name
                                                + " in pod "
                                                + ref.longName());
                    }
                });
    }

    private void start(Action action) {
        switch (action) {
            case Action.StartContainer s -> s.backOff().ifPresent(b -> keep(s.container(), b));
            case Action.RefreshVolumes _ -> {
                objectsChanged = false;
                nextRefresh = nextResync();
            }
            case Action.PreparePod _,
                    Action.CreateSandbox _,
                    Action.StopSandbox _,
                    Action.EnsureImage _,
                    Action.RunPostStart _,
                    Action.StopContainer _,
                    Action.RemoveContainer _,
                    Action.ResizePod _,
                    Action.ReleasePod _,
                    Action.RemoveRemains _ -> {}
        }
        activities.start(desired, action);
    }

    /**
     * Spread over half a period, so that pods started together do not refresh together for ever.
     */
    private Instant nextResync() {
        long jitter = ThreadLocalRandom.current().nextLong(RESYNC.toMillis() / 2);
        return services.ticks().now().plus(RESYNC).plusMillis(jitter);
    }

    private void report(PodSnapshot snapshot, Plan plan) {
        if (orphaned && !desired.source().isStatic()) {
            return;
        }
        PodStatus now =
                PodStatusComputer.compute(
                        snapshot,
                        plan,
                        status,
                        services.host().get(),
                        Qos.text(Qos.of(desired.pod())));
        if (!now.equals(status) || plan.released() != released) {
            status = now;
            if (plan.released() && !released) {
                // What the pod held is free for others, though its object may stay for long.
                services.admission().release(desired);
            }
            released = plan.released();
            services.statuses().publish(desired, now, released);
        }
        if (!reportedReady && isReady(now)) {
            reportedReady = true;
            activities.timeline(activities.timeline().readyAt(snapshot.now()));
            if (activities.byKey().containsKey(ActivityKey.SANDBOX)) {
                services.timelines().ready(desired, activities.timeline());
            }
            log.info("Pod {} is ready: {}", ref, activities.timeline());
        }
    }

    private static boolean isReady(PodStatus status) {
        for (PodCondition c : status.getConditions()) {
            if (c.getType().equals("Ready")) {
                return c.getStatus().equals("True");
            }
        }
        return false;
    }
}
