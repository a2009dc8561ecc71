package dev.caravel.linux.cgroup;

import java.time.Duration;

/** How to wait between two tries; the program gives its clock's sleep, tests something quicker. */
@FunctionalInterface
public interface Pause {
    /** Waits for some time. */
    void pause(Duration time) throws InterruptedException;
}
