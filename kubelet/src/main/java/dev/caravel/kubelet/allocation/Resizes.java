package dev.caravel.kubelet.allocation;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.resources.Qos;
import dev.caravel.kubelet.worker.PodServices;
import dev.caravel.linux.cgroup.CgroupLimits;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which wished resources pods are granted (contract §5.9). Pod workers see a pod only with
 * granted resources. A wish that does not fit waits, and is judged again when room may have become
 * free and from time to time; the order among several is that of {@link ResizeRules.Waiting}.
 */
public final class Resizes implements PodServices.ResizeDesk, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Resizes.class);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMinutes(3);
    private static final Duration TICK = Duration.ofSeconds(1);

    /**
     * What the node around it offers.
     *
     * @param desired a pod as its source wants it, by UID
     * @param admission whether the pod fits with other resources; empty when it does, and then they
     *     are taken, else why not
     * @param ready whether all pods of the node are known and admitted
     * @param podLimits limits in force of the pod's group
     * @param facts the node
     * @param policies the node's resource managers
     */
    public record Node(
            Function<String, Optional<DesiredPod>> desired,
            Function<Pod, Optional<String>> admission,
            Supplier<Optional<Set<String>>> ready,
            Function<Pod, Optional<CgroupLimits>> podLimits,
            Supplier<NodeFacts> facts,
            ResizeRules.Policies policies) {}

    private final Allocations allocations;
    private final Node node;
    private final EventSink events;
    private final Consumer<String> poke;
    private final Ticks ticks;
    private final Map<String, PodResizing> pods = new HashMap<>();
    private final Set<String> queue = new LinkedHashSet<>();
    private boolean cleaned;
    private long nextTry;
    private @Nullable Thread thread;

    /**
     * @param poke hears the UID of a pod to be looked at again
     */
    public Resizes(
            Allocations allocations,
            Node node,
            EventSink events,
            Consumer<String> poke,
            Ticks ticks) {
        this.allocations = allocations;
        this.node = node;
        this.events = events;
        this.poke = poke;
        this.ticks = ticks;
        this.nextTry = ticks.nanos() + FIRST_RETRY.toNanos();
    }

    /** Begins to judge waiting wishes again from time to time. */
    public void start() {
        thread = NamedThreads.start("pod-resizes", this::run);
    }

    private void run() {
        try {
            while (true) {
                ticks.sleep(TICK);
                tick();
            }
        } catch (InterruptedException e) {
            allocations.flush();
        }
    }

    private synchronized void tick() {
        Optional<Set<String>> known = node.ready().get();
        if (known.isPresent() && !cleaned) {
            cleaned = true;
            allocations.retainOnly(known.get());
            retry();
        } else if (!queue.isEmpty() && ticks.nanos() - nextTry >= 0) {
            retry();
        }
        allocations.flush();
    }

    /**
     * The pod as it may be run: with granted resources. Called by its worker whenever it looks.
     *
     * @param wanted as its source wants it
     */
    @Override
    public synchronized DesiredPod follow(DesiredPod wanted) {
        String uid = wanted.ref().uid();
        PodResizing state = pods.computeIfAbsent(uid, _ -> new PodResizing(wanted.pod()));
        boolean news = state.isNews(PodAllocation.of(wanted.pod()));
        if (allocations.otherThanWished(wanted.pod()).isEmpty()) {
            queue.remove(uid);
            state.clearPending();
            return wanted;
        }
        if (news) {
            queue.add(uid);
            retry();
        }
        return allocations
                .otherThanWished(wanted.pod())
                .map(granted ->
                        new DesiredPod(wanted.ref(), wanted.source(), granted, wanted.firstSeen()))
                .orElse(wanted);
    }

    /**
     * Where the pod stands; tells when a resize has been carried out.
     *
     * @param pod with granted resources
     */
    @Override
    public synchronized ResizeState look(DesiredPod pod, ObservedPod now) {
        PodResizing state = pods.get(pod.ref().uid());
        if (state == null) {
            return ResizeState.NONE;
        }
        Optional<PodAllocation> actuated = allocations.actuated(pod.ref().uid());
        if (actuated.filter(a -> ResizeNeeds.inProgress(pod.pod(), a, now)).isPresent()) {
            state.ensureStarted(generation(pod.pod()), ticks.now());
        } else {
            state.complete()
                    .ifPresent(g ->
                            event(
                                    pod.ref(),
                                    EventType.NORMAL,
                                    "ResizeCompleted",
                                    ResizeMessages.completed(pod.pod(), g)));
        }
        return new ResizeState(actuated, state.conditions(), podLimits(pod.pod(), state, now));
    }

    private Optional<CgroupLimits> podLimits(Pod pod, PodResizing state, ObservedPod now) {
        boolean runs = now.containers().stream().anyMatch(ObservedContainer::isRunning);
        if (runs && state.podLimits().isEmpty()) {
            state.setPodLimits(node.podLimits().apply(pod));
        }
        return state.podLimits();
    }

    /** The limits of the pod's group are new. */
    public synchronized void groupChanged(String uid) {
        PodResizing state = pods.get(uid);
        if (state != null) {
            state.setPodLimits(Optional.empty());
        }
    }

    /** Carrying a resize out did not succeed. */
    public synchronized void failed(DesiredPod pod, String why) {
        PodResizing state = pods.get(pod.ref().uid());
        if (state == null) {
            return;
        }
        state.fail(why, generation(pod.pod()), ticks.now())
                .ifPresent(g ->
                        event(
                                pod.ref(),
                                EventType.WARNING,
                                "ResizeError",
                                ResizeMessages.error(pod.pod(), g, why)));
    }

    /** Pods may have given up resources: waiting wishes get another chance. */
    public synchronized void roomFreed() {
        if (!queue.isEmpty()) {
            retry();
        }
    }

    @Override
    public synchronized void forget(String uid) {
        pods.remove(uid);
        queue.remove(uid);
        allocations.forget(uid);
    }

    private void retry() {
        if (node.ready().get().isEmpty()) {
            return;
        }
        nextTry = ticks.nanos() + RETRY.toNanos();
        for (String uid : inOrder()) {
            Optional<DesiredPod> wanted = node.desired().apply(uid);
            PodResizing state = pods.get(uid);
            if (wanted.isEmpty() || state == null) {
                queue.remove(uid);
                continue;
            }
            List<PodCondition> before = state.conditions();
            boolean granted = judge(wanted.get(), state);
            if (granted || !before.equals(state.conditions())) {
                poke.accept(uid);
            }
        }
    }

    private List<String> inOrder() {
        return queue.stream()
                .flatMap(uid -> node.desired().apply(uid).stream())
                .map(this::waiting)
                .sorted(Comparator.naturalOrder())
                .map(ResizeRules.Waiting::uid)
                .toList();
    }

    private ResizeRules.Waiting waiting(DesiredPod pod) {
        String uid = pod.ref().uid();
        return new ResizeRules.Waiting(
                uid,
                ResizeRules.increases(pod.pod(), allocations.granted(pod.pod())),
                Optional.ofNullable(pod.pod().getSpec().getPriority()).orElse(0),
                Qos.of(pod.pod()),
                Optional.ofNullable(pods.get(uid)).flatMap(PodResizing::pendingSince));
    }

    /** Returns whether the wish was granted; one that may be granted later stays in the queue. */
    private boolean judge(DesiredPod wanted, PodResizing state) {
        Pod pod = wanted.pod();
        String uid = wanted.ref().uid();
        Optional<Pod> granted = allocations.otherThanWished(pod);
        if (granted.isEmpty()) {
            queue.remove(uid);
            state.clearPending();
            return false;
        }
        Optional<String> infeasible =
                ResizeRules.infeasible(pod, granted.get(), node.policies(), node.facts().get());
        if (infeasible.isPresent()) {
            queue.remove(uid);
            pending(wanted, state, PodResizing.INFEASIBLE, infeasible.get());
            return false;
        }
        Optional<String> deferred = node.admission().apply(pod);
        if (deferred.isPresent()) {
            pending(wanted, state, PodResizing.DEFERRED, deferred.get());
            return false;
        }
        try {
            allocations.grant(pod);
        } catch (UncheckedIOException e) {
            log.warn(
                    "The resize of pod {} waits: its new resources cannot be saved: {}",
                    wanted.ref(),
                    e.getMessage());
            return false;
        }
        queue.remove(uid);
        state.clearPending();
        state.start(generation(pod), ticks.now());
        event(
                wanted.ref(),
                EventType.NORMAL,
                "ResizeStarted",
                ResizeMessages.started(pod, generation(pod)));
        return true;
    }

    private void pending(DesiredPod wanted, PodResizing state, String reason, String why) {
        long generation = generation(wanted.pod());
        if (state.setPending(reason, why, generation, ticks.now())) {
            event(
                    wanted.ref(),
                    EventType.WARNING,
                    "Resize" + reason,
                    ResizeMessages.pending(wanted.pod(), generation, reason, why));
        }
    }

    private void event(PodRef pod, EventType type, String reason, String message) {
        events.event(pod, Optional.empty(), type, reason, message);
    }

    private static long generation(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getGeneration()).orElse(0L);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
