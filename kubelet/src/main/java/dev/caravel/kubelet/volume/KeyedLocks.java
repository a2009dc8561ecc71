package dev.caravel.kubelet.volume;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** One lock a name, there only while somebody holds it or waits for it. */
public final class KeyedLocks {
    private final ReentrantLock guard = new ReentrantLock();
    private final Map<String, Entry> entries = new HashMap<>();

    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock();
        int users;
    }

    /** A lock that is held; closing it lets it go. */
    public final class Held implements AutoCloseable {
        private final String name;
        private final Entry entry;

        private Held(String name, Entry entry) {
            this.name = name;
            this.entry = entry;
        }

        @Override
        public void close() {
            entry.lock.unlock();
            leave(name, entry);
        }
    }

    /** Waits for the lock of a name. */
    public Held hold(String name) throws InterruptedException {
        Entry entry = enter(name);
        try {
            entry.lock.lockInterruptibly();
        } catch (InterruptedException e) {
            leave(name, entry);
            throw e;
        }
        return new Held(name, entry);
    }

    private Entry enter(String name) {
        guard.lock();
        try {
            Entry entry = entries.computeIfAbsent(name, _ -> new Entry());
            entry.users++;
            return entry;
        } finally {
            guard.unlock();
        }
    }

    private void leave(String name, Entry entry) {
        guard.lock();
        try {
            entry.users--;
            if (entry.users == 0) {
                entries.remove(name);
            }
        } finally {
            guard.unlock();
        }
    }

    /** Names held or waited for. */
    int size() {
        guard.lock();
        try {
            return entries.size();
        } finally {
            guard.unlock();
        }
    }
}
