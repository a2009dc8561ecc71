package dev.caravel.kubelet.worker;

import dev.caravel.daemon.run.JitteredBackoff;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All pod workers, one for each UID this node has to do with. */
public final class PodWorkers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodWorkers.class);

    /** What a pod has that must go at once. */
    private static final Duration SHORTEST_GRACE = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final PodServices services;
    private final HangWatch hangWatch;
    private final Map<String, JitteredBackoff> pauses = new ConcurrentHashMap<>();
    private final Deque<Gone> gone = new ArrayDeque<>();
    private final Map<String, Running> byUid = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** How many pods that are gone can still be explained. */
    private static final int REMEMBERED = 50;

    /** A pod whose worker has ended: the last it knew, and when. */
    public record Gone(Explanation last, Instant at) {}

    private record Running(PodWorker worker, Thread thread) {}

    /** */
    public PodWorkers(PodServices services) {
        this.services = services;
        this.hangWatch = new HangWatch(this::hangs, services.ticks());
    }

    private List<HangWatch.Seen> hangs() {
        return byUid.values().stream().flatMap(r -> r.worker.hangs(r.thread).stream()).toList();
    }

    /**
     * Something about the pod may have changed. Starts a worker for a pod that is wanted and has
     * none.
     */
    public void poke(String uid) {
        Running running = byUid.get(uid);
        if (running != null) {
            running.worker.poke();
            return;
        }
        services.store().get(uid).ifPresent(this::start);
    }

    /** An object that the pod's volumes show may have changed. */
    public void objectsChanged(String uid) {
        Running running = byUid.get(uid);
        if (running != null) {
            running.worker.objectsChanged();
        }
    }

    /** The node ends the pod: eviction, preemption, shutdown. Unknown pods are ignored. */
    public void end(String uid, Termination.Cause.Failed cause) {
        end(uid, cause, SHORTEST_GRACE);
    }

    /** The same with the time its containers have. */
    public void end(String uid, Termination.Cause.Failed cause, Duration grace) {
        Running running = byUid.get(uid);
        if (running != null) {
            running.worker.end(cause, grace);
        }
    }

    /** Whether the pod has a worker, so that nobody else may clean up after it. */
    public boolean has(String uid) {
        return byUid.containsKey(uid);
    }

    /** Whether a pod of that {@code namespace/name} is being brought down here. */
    public boolean isTerminating(String fullName) {
        return explainAll().stream()
                .filter(e -> e.pod().ref().fullName().equals(fullName))
                .anyMatch(e -> e.plan().flatMap(p -> p.termination()).isPresent());
    }

    /** What the pod's worker knows. */
    public Optional<Explanation> explain(String uid) {
        return Optional.ofNullable(byUid.get(uid)).map(r -> r.worker.explanation());
    }

    /** What all workers know. */
    public List<Explanation> explainAll() {
        return byUid.values().stream().map(r -> r.worker.explanation()).toList();
    }

    /** The last that was known of pods that are gone, the newest first. */
    public List<Gone> gone() {
        synchronized (gone) {
            return List.copyOf(gone);
        }
    }

    private void remember(Explanation last) {
        synchronized (gone) {
            gone.addFirst(new Gone(last, services.ticks().now()));
            if (gone.size() > REMEMBERED) {
                gone.removeLast();
            }
        }
    }

    private void start(DesiredPod pod) {
        String uid = pod.ref().uid();
        byUid.computeIfAbsent(
                uid,
                _ -> {
                    PodWorker worker = new PodWorker(services, pod);
                    Thread thread = NamedThreads.start("pod/" + pod.ref(), () -> live(worker));
                    return new Running(worker, thread);
                });
    }

    private void live(PodWorker worker) {
        String uid = worker.ref().uid();
        try {
            worker.live();
            pauses.remove(uid);
            remember(worker.explanation());
        } catch (InterruptedException e) {
            log.debug("The worker of pod {} ends with the kubelet", worker.ref());
        } catch (RuntimeException | Error e) {
            pause(worker.ref(), e);
        } finally {
            byUid.remove(uid);
        }
        if (!closed) {
            // The same UID may have been wanted again while the worker was ending.
            poke(uid);
        }
    }

    /**
     * A pod that breaks its worker costs the node a try a minute, and no other pod anything. Until
     * the pause is over the pod still counts as one with a worker.
     */
    private void pause(PodRef pod, Throwable why) {
        Duration pause = pauses.computeIfAbsent(pod.uid(), _ -> newPauses()).next();
        log.error(
                "The worker of pod {} failed; another takes over in {} s",
                pod,
                pause.toSeconds(),
                why);
        services.events()
                .event(
                        pod,
                        Optional.empty(),
                        EventType.WARNING,
                        "FailedSync",
                        "error syncing the pod, trying again in %d s: %s"
                                .formatted(pause.toSeconds(), why));
        try {
            services.ticks().sleep(pause);
        } catch (InterruptedException e) {
            // The kubelet ends.
            Thread.currentThread().interrupt();
        }
    }

    private static JitteredBackoff newPauses() {
        return new JitteredBackoff(
                FIRST_PAUSE, 2, LONGEST_PAUSE, 0.1, RandomGenerator.getDefault());
    }

    @Override
    public void close() {
        closed = true;
        hangWatch.close();
        byUid.values().forEach(r -> r.thread.interrupt());
    }
}
