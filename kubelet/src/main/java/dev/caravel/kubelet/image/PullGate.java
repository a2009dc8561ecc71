package dev.caravel.kubelet.image;

import java.util.OptionalInt;
import java.util.concurrent.Semaphore;

/** Lets so many pulls through at once, the others in the order they came. */
final class PullGate {
    private final Semaphore permits;

    /**
     * @param maxParallel empty lets all through
     */
    PullGate(OptionalInt maxParallel) {
        this.permits = new Semaphore(maxParallel.orElse(Integer.MAX_VALUE), true);
    }

    /** Waits for a turn; closing the result gives it back. */
    Turn enter() throws InterruptedException {
        permits.acquire();
        return permits::release;
    }

    /** How many wait. */
    int waiting() {
        return permits.getQueueLength();
    }

    /** A turn at the gate. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
