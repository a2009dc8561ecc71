package dev.caravel.kubelet.effect;

import java.util.concurrent.Semaphore;

/**
 * A shared wait with a name and a width: at most so many at a time, first come first served. Take
 * with try-with-resources.
 */
public final class Gate {

    private final String name;
    private final Semaphore permits;

    /**
     * A gate.
     *
     * @param name for logs and metrics, e.g. {@code sandbox-start}
     * @param width how many may be inside
     */
    public Gate(String name, int width) {
        this.name = name;
        this.permits = new Semaphore(width, true);
    }

    /** Waits for a place; closing the pass gives it back. */
    public Pass enter() throws InterruptedException {
        permits.acquire();
        return permits::release;
    }

    /** How many wait outside. */
    public int waiting() {
        return permits.getQueueLength();
    }

    public String name() {
        return name;
    }

    /** A place inside. */
    public interface Pass extends AutoCloseable {
        @Override
        void close();
    }
}
