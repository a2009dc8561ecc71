package dev.caravel.cri;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Memory use at one instant; values the runtime does not measure are absent. */
public record MemoryUsage(
        Instant timestamp,
        OptionalLong workingSetBytes,
        OptionalLong availableBytes,
        OptionalLong usageBytes,
        OptionalLong rssBytes,
        OptionalLong pageFaults,
        OptionalLong majorPageFaults,
        Optional<PsiStats> psi) {}
