package dev.caravel.cri;

import java.time.Instant;
import java.util.OptionalLong;

/** Use of one file system; {@code mountpoint} is empty when the runtime names none. */
public record FilesystemUsage(
        Instant timestamp, String mountpoint, OptionalLong usedBytes, OptionalLong inodesUsed) {}
