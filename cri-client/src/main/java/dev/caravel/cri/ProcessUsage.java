package dev.caravel.cri;

import java.time.Instant;
import java.util.OptionalLong;

/** Number of processes at one instant. */
public record ProcessUsage(Instant timestamp, OptionalLong processCount) {}
