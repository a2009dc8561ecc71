package dev.caravel.kubelet.volume;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks by name without a lock a name: a fixed number, shared by the names that fall on the same
 * one. For work that is rare and may wait for a stranger.
 */
public final class KeyedLocks {
    private static final int COUNT = 64;

    private final ReentrantLock[] locks = new ReentrantLock[COUNT];

    public KeyedLocks() {
        for (int i = 0; i < COUNT; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** The lock of a name; a thread must not take a second one while it holds one. */
    public ReentrantLock of(String name) {
        return locks[Math.floorMod(name.hashCode(), COUNT)];
    }
}
