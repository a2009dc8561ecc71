package dev.caravel.kubelet.evict;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.resources.Criticality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the node every ten seconds and acts when it runs short: first it frees what nobody uses,
 * then it ends one pod and waits for its end before it looks again (contract §8.4).
 */
public final class Evictor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Evictor.class);

    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration CLEANUP_PATIENCE = Duration.ofSeconds(30);
    private static final Duration CLEANUP_POLL = Duration.ofSeconds(1);
    private static final Duration HARD_GRACE = Duration.ofSeconds(1);

    /** Measuring pods with storage limits may take at most a fiftieth of the time. */
    private static final int MEASURE_SHARE = 50;

    private final List<Threshold> configured;
    private final Settings settings;
    private final NodeSignals signals;
    private final PodUsages usages;
    private final Pods pods;
    private final Reclaim reclaim;
    private final EventSink events;
    private final Observer observer;
    private final Ticks ticks;
    private @Nullable List<Threshold> thresholds;
    private PressureRules.Memory memory = PressureRules.Memory.EMPTY;
    private volatile Set<NodePressure> pressures = Set.of();
    private long nextLimits;
    private @Nullable Thread thread;

    /**
     * Numbers of the configuration.
     *
     * @param transition {@code evictionPressureTransitionPeriod}
     * @param maxPodGrace {@code evictionMaxPodGracePeriod}; negative means the pod's own
     * @param storageLimits {@code localStorageCapacityIsolation}
     */
    public record Settings(Duration transition, Duration maxPodGrace, boolean storageLimits) {}

    /**
     * The pods of the node.
     *
     * @param active those admitted and not over
     * @param end ends a pod; the status follows
     * @param cleanedUp whether nothing of a pod is left
     */
    public record Pods(
            Supplier<List<DesiredPod>> active, Ending end, Predicate<DesiredPod> cleanedUp) {}

    /** Ends a pod as failed. */
    public interface Ending {
        /**
         * Ends it.
         *
         * @param disruption whether condition DisruptionTarget is set
         */
        void end(DesiredPod pod, String reason, String message, boolean disruption, Duration grace);
    }

    /**
     * What can be freed without ending a pod.
     *
     * @param containers removes dead containers
     * @param images removes unused images
     */
    public record Reclaim(Runnable containers, Runnable images) {}

    /** Counts. */
    public interface Observer {
        /** A pod was evicted; the signal is the label of metric {@code kubelet_evictions}. */
        void evicted(String signal);
    }

    /** What the evictor works with, beside thresholds and settings. */
    public record Parts(
            NodeSignals signals,
            PodUsages usages,
            Pods pods,
            Reclaim reclaim,
            EventSink events,
            Observer observer) {}

    public Evictor(List<Threshold> thresholds, Settings settings, Parts parts, Ticks ticks) {
        this.configured = List.copyOf(thresholds);
        this.settings = settings;
        this.signals = parts.signals;
        this.usages = parts.usages;
        this.pods = parts.pods;
        this.reclaim = parts.reclaim;
        this.events = parts.events;
        this.observer = parts.observer;
        this.ticks = ticks;
    }

    /** Starts looking. */
    public void start() {
        thread = NamedThreads.start("evictor", this::run);
    }

    /** The conditions the node shows now. */
    public Set<NodePressure> pressures() {
        return pressures;
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                List<DesiredPod> evicted = guardedLook();
                if (evicted.isEmpty()) {
                    ticks.sleep(PERIOD);
                } else {
                    awaitCleanup(evicted);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private List<DesiredPod> guardedLook() {
        try {
            return look();
        } catch (RuntimeException notForeseen) {
            log.error(
                    "Looking for resource shortage failed. Next try in {} s.",
                    PERIOD.toSeconds(),
                    notForeseen);
            return List.of();
        }
    }

    /** One look; returns the pods that were ended. */
    List<DesiredPod> look() {
        Map<Signal, Observation> observed = signals.measure();
        PressureRules.Look look =
                PressureRules.look(
                        memory, thresholds(), observed, settings.transition, ticks.now());
        memory = look.memory();
        tell(look.pressures());
        List<DesiredPod> overLimit = settings.storageLimits ? overLimits() : List.of();
        if (!overLimit.isEmpty() || look.due().isEmpty()) {
            return overLimit;
        }
        Threshold threshold = look.due().getFirst();
        String resource = threshold.signal().resource();
        log.warn(
                "Node is short of {}: {} is {} of {}",
                resource,
                threshold.signal().text(),
                observed.get(threshold.signal()),
                threshold.value());
        events.nodeEvent(
                EventType.WARNING, "EvictionThresholdMet", "Attempting to reclaim " + resource);
        if (reclaimed(threshold.signal())) {
            log.info("Enough {} is free again without ending a pod", resource);
            return List.of();
        }
        return evictOne(threshold, observed);
    }

    private List<Threshold> thresholds() {
        List<Threshold> known = thresholds;
        if (known == null) {
            known = Thresholds.withContainerFs(configured, signals.layout());
            thresholds = known;
        }
        return known;
    }

    private void tell(Set<NodePressure> now) {
        if (!now.equals(pressures)) {
            log.info("Node pressure is now {}", now);
            pressures = now;
        }
    }

    /** Frees what nobody uses, if the signal is about a disk; whether that was enough. */
    private boolean reclaimed(Signal signal) {
        if (signal.pressure() != NodePressure.DISK) {
            return false;
        }
        DiskLayout layout = signals.layout();
        boolean images = signal == Signal.IMAGE_FS || signal == Signal.IMAGE_FS_INODES;
        boolean node = signal == Signal.NODE_FS || signal == Signal.NODE_FS_INODES;
        if (layout == DiskLayout.IMAGES_APART && node) {
            return false;
        }
        if (layout != DiskLayout.IMAGES_ONLY_APART || !images) {
            reclaim.containers.run();
        }
        if (layout != DiskLayout.IMAGES_ONLY_APART || images) {
            reclaim.images.run();
        }
        return PressureRules.met(thresholds(), signals.measure(), true).isEmpty();
    }

    private List<DesiredPod> evictOne(Threshold threshold, Map<Signal, Observation> observed) {
        List<DesiredPod> candidates =
                pods.active.get().stream().filter(p -> !Criticality.isCritical(p.pod())).toList();
        if (candidates.isEmpty()) {
            log.error("No pod may be evicted to reclaim {}", threshold.signal().resource());
            return List.of();
        }
        Map<String, PodUsage> measured = new HashMap<>();
        for (DesiredPod pod : candidates) {
            usages.measure(pod).ifPresent(u -> measured.put(pod.ref().uid(), u));
        }
        DesiredPod victim =
                VictimOrder.of(candidates, measured, threshold.signal(), signals.layout())
                        .getFirst();
        Eviction eviction =
                EvictionMessages.nodeLow(
                        threshold,
                        observed,
                        victim.pod(),
                        Optional.ofNullable(measured.get(victim.ref().uid())));
        evict(victim, eviction, threshold.isHard() ? HARD_GRACE : softGrace(victim));
        return List.of(victim);
    }

    private Duration softGrace(DesiredPod pod) {
        Long own = pod.pod().getSpec().getTerminationGracePeriodSeconds();
        if (own == null) {
            return settings.maxPodGrace.isNegative() ? HARD_GRACE : settings.maxPodGrace;
        }
        Duration podGrace = Duration.ofSeconds(own);
        return settings.maxPodGrace.isNegative() || podGrace.compareTo(settings.maxPodGrace) < 0
                ? podGrace
                : settings.maxPodGrace;
    }

    private List<DesiredPod> overLimits() {
        if (ticks.nanos() - nextLimits < 0) {
            return List.of();
        }
        long start = ticks.nanos();
        List<DesiredPod> evicted = new ArrayList<>();
        for (DesiredPod pod : pods.active.get()) {
            if (!StorageLimits.any(pod.pod()) || Criticality.isCritical(pod.pod())) {
                continue;
            }
            Optional<Eviction> broken =
                    usages.measure(pod)
                            .flatMap(u -> StorageLimits.broken(pod.pod(), u, signals.layout()));
            if (broken.isPresent()) {
                evict(pod, broken.get(), HARD_GRACE);
                evicted.add(pod);
            }
        }
        nextLimits = ticks.nanos() + (ticks.nanos() - start) * MEASURE_SHARE;
        return evicted;
    }

    private void evict(DesiredPod pod, Eviction eviction, Duration grace) {
        log.warn("Evicting pod {}: {}", pod.ref(), eviction.message());
        events.event(
                pod.ref(),
                Optional.empty(),
                EventType.WARNING,
                Eviction.REASON,
                eviction.message(),
                eviction.annotations());
        pods.end.end(pod, Eviction.REASON, eviction.message(), eviction.disruption(), grace);
        observer.evicted(eviction.signal());
    }

    private void awaitCleanup(List<DesiredPod> evicted) throws InterruptedException {
        long until = ticks.nanos() + CLEANUP_PATIENCE.toNanos();
        while (ticks.nanos() - until < 0) {
            ticks.sleep(CLEANUP_POLL);
            if (evicted.stream().allMatch(pods.cleanedUp)) {
                log.info("What was evicted is gone");
                return;
            }
        }
        log.warn("What was evicted is not gone after {} s", CLEANUP_PATIENCE.toSeconds());
    }
}
