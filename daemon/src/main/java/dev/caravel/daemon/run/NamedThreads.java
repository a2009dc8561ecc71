package dev.caravel.daemon.run;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes threads named {@code kind/object[/part]}, so that a thread dump reads as a list of work.
 */
public final class NamedThreads {
    private NamedThreads() {}

    /** Starts {@code work} on a virtual thread. The caller owns it and ends it by interrupting. */
    public static Thread start(String name, Runnable work) {
        return Thread.ofVirtual().name(name).start(work);
    }

    /**
     * Starts {@code work} on a platform daemon thread: for native calls that block, which would
     * hold a carrier of virtual threads.
     */
    public static Thread startPlatform(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(work);
    }

    /** An executor with one new virtual thread a task, named {@code prefix} and a number. */
    public static ExecutorService executor(String prefix) {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(prefix + "/", 0).factory());
    }
}
