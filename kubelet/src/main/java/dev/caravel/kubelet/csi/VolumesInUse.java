package dev.caravel.kubelet.csi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The attached volumes that must not be detached from this node, as {@code
 * node.status.volumesInUse} shows them. A volume is used only after the API server is known to show
 * it, and leaves the list only after it is unmounted; so the controller never detaches it in
 * between.
 */
public final class VolumesInUse {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** On disk, or about to be: counts until it is off. */
    private final Set<String> kept = new TreeSet<>();

    /** How many pods wait for a volume to be attached, by its name. */
    private final Map<String, Integer> waiting = new TreeMap<>();

    private final Runnable publish;
    private Set<String> reported = Set.of();
    private boolean complete;

    /**
     * @param publish makes the node's status go out soon; must be short
     */
    public VolumesInUse(Runnable publish) {
        this.publish = publish;
    }

    /** The list for the node's status; empty until what an earlier process used is known. */
    public Optional<List<String>> names() {
        lock.lock();
        try {
            Set<String> used = new TreeSet<>(kept);
            used.addAll(waiting.keySet());
            return complete ? Optional.of(List.copyOf(used)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The API server shows this list now. */
    public void reported(List<String> names) {
        lock.lock();
        try {
            reported = Set.copyOf(names);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What an earlier process of the kubelet used, as found on disk. From now on names count. */
    void recovered(Set<String> names) {
        lock.lock();
        try {
            kept.addAll(names);
            complete = true;
        } finally {
            lock.unlock();
        }
        publish.run();
    }

    /**
     * Counts a volume as in use while a pod waits for it, and waits until the API server shows it.
     * {@link #leave} must follow, whatever the answer.
     *
     * @return false when the API server does not show it within {@code timeout}
     */
    boolean enter(String name, Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            int _ = waiting.merge(name, 1, Integer::sum);
            if (!reported.contains(name)) {
                publish.run();
            }
            long rest = timeout.toNanos();
            while (!reported.contains(name)) {
                if (rest <= 0) {
                    return false;
                }
                rest = changed.awaitNanos(rest);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A pod waits no more. */
    void leave(String name) {
        boolean gone;
        lock.lock();
        try {
            waiting.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1);
            gone = !waiting.containsKey(name) && !kept.contains(name);
        } finally {
            lock.unlock();
        }
        if (gone) {
            publish.run();
        }
    }

    /** A volume is attached and about to be mounted: it counts until {@link #release}. */
    void keep(String name) {
        lock.lock();
        try {
            kept.add(name);
        } finally {
            lock.unlock();
        }
    }

    /** A volume is unmounted everywhere on this node. */
    void release(String name) {
        boolean removed;
        lock.lock();
        try {
            removed = kept.remove(name);
        } finally {
            lock.unlock();
        }
        if (removed) {
            publish.run();
        }
    }
}
