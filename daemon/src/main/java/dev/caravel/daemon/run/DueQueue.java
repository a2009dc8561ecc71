package dev.caravel.daemon.run;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Work by key: each key waits at most once, the earlier of two due times wins, keys of equal time
 * leave in the order they came, and one key is never worked on by two threads. What is offered
 * while a key is being worked on comes up again afterwards.
 */
public final class DueQueue {
    private final Ticks ticks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private final Map<String, Due> waiting = new HashMap<>();
    private final Set<String> working = new HashSet<>();
    private final Map<String, Long> again = new HashMap<>();
    private long sequence;

    public DueQueue(Ticks ticks) {
        this.ticks = ticks;
    }

    private record Due(String key, long at, long sequence) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at - other.at, 0);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /**
     * Asks for {@code key} to be worked on in {@code delay}, or earlier if that was asked before.
     */
    public void offer(String key, Duration delay) {
        long at = ticks.nanos() + delay.toNanos();
        lock.lock();
        try {
            if (working.contains(key)) {
                again.merge(key, at, (a, b) -> a - b < 0 ? a : b);
                return;
            }
            enqueue(key, at);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next due key; the caller must call {@link #done} with it. */
    public String take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Due head = queue.peek();
                if (head == null) {
                    changed.await();
                    continue;
                }
                long wait = head.at - ticks.nanos();
                if (wait > 0) {
                    changed.await(wait, TimeUnit.NANOSECONDS);
                    continue;
                }
                queue.remove();
                waiting.remove(head.key);
                working.add(head.key);
                return head.key;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the work on {@code key}. */
    public void done(String key) {
        lock.lock();
        try {
            working.remove(key);
            Long at = again.remove(key);
            if (at != null) {
                enqueue(key, at);
            }
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(String key, long at) {
        Due known = waiting.get(key);
        if (known != null) {
            if (known.at - at <= 0) {
                return;
            }
            queue.remove(known);
        }
        Due due = new Due(key, at, sequence++);
        waiting.put(key, due);
        queue.add(due);
        changed.signal();
    }
}
