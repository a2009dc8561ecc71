package dev.caravel.cri;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** CPU use at one instant; values the runtime does not measure are absent. */
public record CpuUsage(
        Instant timestamp,
        OptionalLong usageCoreNanoSeconds,
        OptionalLong usageNanoCores,
        Optional<PsiStats> psi) {}
