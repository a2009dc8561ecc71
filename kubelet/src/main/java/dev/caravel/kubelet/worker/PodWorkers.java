package dev.caravel.kubelet.worker;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.pod.DesiredPod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All pod workers, one for each UID this node has to do with. */
public final class PodWorkers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodWorkers.class);

    /** What a pod has that must go at once. */
    private static final Duration SHORTEST_GRACE = Duration.ofSeconds(1);

    private final PodServices services;
    private final Map<String, Running> byUid = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record Running(PodWorker worker, Thread thread) {}

    public PodWorkers(PodServices services) {
        this.services = services;
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
        } catch (InterruptedException e) {
            log.debug("The worker of pod {} ends with the kubelet", worker.ref());
        } catch (RuntimeException e) {
            log.error("The worker of pod {} failed; a new one takes over", worker.ref(), e);
        } finally {
            byUid.remove(uid);
        }
        if (!closed) {
            // The same UID may have been wanted again while the worker was ending.
            poke(uid);
        }
    }

    @Override
    public void close() {
        closed = true;
        byUid.values().forEach(r -> r.thread.interrupt());
    }
}
