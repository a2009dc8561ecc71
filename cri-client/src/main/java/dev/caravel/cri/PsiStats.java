package dev.caravel.cri;

import java.util.Optional;

/** Pressure stall information of a cgroup. */
public record PsiStats(Optional<Pressure> full, Optional<Pressure> some) {

    /** Total stall in nanoseconds, and percent of the last 10, 60 and 300 seconds. */
    public record Pressure(long totalNanos, double avg10, double avg60, double avg300) {}
}
