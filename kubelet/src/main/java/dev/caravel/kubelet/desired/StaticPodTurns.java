package dev.caravel.kubelet.desired;

import dev.caravel.kubelet.pod.PodRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two versions of one static pod never run at once: the new one waits, first come first served,
 * until the old one has terminated (contract §5.2). Workers ask before they start a static pod and
 * give the turn back when it is down.
 */
public final class StaticPodTurns {
    private final Map<String, String> running = new HashMap<>();
    private final Map<String, Deque<String>> waiting = new HashMap<>();

    /**
     * Asks for the turn; calling again is harmless.
     *
     * @return whether {@code pod} holds it now and may start
     */
    public synchronized boolean claim(PodRef pod) {
        String name = pod.fullName();
        String holder = running.get(name);
        if (holder == null) {
            Deque<String> queue = waiting.computeIfAbsent(name, n -> new ArrayDeque<>());
            if (!queue.contains(pod.uid())) {
                queue.addLast(pod.uid());
            }
            if (!pod.uid().equals(queue.peekFirst())) {
                return false;
            }
            queue.removeFirst();
            dropIfEmpty(name, queue);
            running.put(name, pod.uid());
            return true;
        }
        if (!holder.equals(pod.uid())) {
            Deque<String> queue = waiting.computeIfAbsent(name, n -> new ArrayDeque<>());
            if (!queue.contains(pod.uid())) {
                queue.addLast(pod.uid());
            }
            return false;
        }
        return true;
    }

    /**
     * Ends a pod's claim, whether it held the turn or still waited for it.
     *
     * @return the UID that is next in line and should be looked at again
     */
    public synchronized Optional<String> release(PodRef pod) {
        String name = pod.fullName();
        running.remove(name, pod.uid());
        Deque<String> queue = waiting.get(name);
        if (queue == null) {
            return Optional.empty();
        }
        queue.remove(pod.uid());
        dropIfEmpty(name, queue);
        return running.containsKey(name)
                ? Optional.empty()
                : Optional.ofNullable(queue.peekFirst());
    }

    /** UIDs that wait for their turn, for logs and diagnosis. */
    public synchronized List<String> waiting() {
        List<String> all = new ArrayList<>();
        waiting.values().forEach(all::addAll);
        return List.copyOf(all);
    }

    private void dropIfEmpty(String name, Deque<String> queue) {
        if (queue.isEmpty()) {
            waiting.remove(name);
        }
    }
}
