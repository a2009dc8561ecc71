package dev.caravel.kubelet.image;

import dev.caravel.daemon.run.NamedThreads;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes one call for all who want the same at the same time. The call has a thread of its own,
 * which is interrupted when the last of them has been: a pod that goes away ends its pull, but not
 * that of others.
 *
 * @param <K> what makes two calls the same
 * @param <V> what a call comes to
 */
final class SharedCalls<K, V> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Flight<V>> flights = new HashMap<>();

    private record Flight<V>(CompletableFuture<V> result, AtomicInteger waiters, Thread thread) {}

    /**
     * Waits for the call of {@code key}, starting it if there is none.
     *
     * @param name of the thread that calls
     * @throws InterruptedException when the caller is to give up
     * @throws ExecutionException when the call threw
     */
    V join(K key, String name, Callable<V> call) throws InterruptedException, ExecutionException {
        Flight<V> flight = board(key, name, call);
        try {
            return flight.result().get();
        } finally {
            leave(key, flight);
        }
    }

    private Flight<V> board(K key, String name, Callable<V> call) {
        lock.lock();
        try {
            Flight<V> flight = flights.get(key);
            if (flight == null) {
                CompletableFuture<V> result = new CompletableFuture<>();
                Thread thread = NamedThreads.start(name, () -> run(key, result, call));
                flight = new Flight<>(result, new AtomicInteger(), thread);
                flights.put(key, flight);
            }
            flight.waiters().incrementAndGet();
            return flight;
        } finally {
            lock.unlock();
        }
    }

    private void run(K key, CompletableFuture<V> result, Callable<V> call) {
        try {
            V value = call.call();
            removeOwn(key);
            result.complete(value);
        } catch (Exception | Error e) {
            removeOwn(key);
            result.completeExceptionally(e);
        }
    }

    private void leave(K key, Flight<V> flight) {
        lock.lock();
        try {
            boolean last = flight.waiters().decrementAndGet() == 0;
            if (last && !flight.result().isDone()) {
                flights.remove(key, flight);
                flight.thread().interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whoever comes from now on starts anew. Called by the thread that makes the call. */
    private void removeOwn(K key) {
        lock.lock();
        try {
            Flight<V> flight = flights.get(key);
            if (flight != null && flight.thread().equals(Thread.currentThread())) {
                flights.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }
}
