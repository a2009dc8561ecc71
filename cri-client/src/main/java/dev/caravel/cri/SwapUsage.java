package dev.caravel.cri;

import java.time.Instant;
import java.util.OptionalLong;

/** Swap use at one instant. */
public record SwapUsage(Instant timestamp, OptionalLong availableBytes, OptionalLong usageBytes) {}
