package dev.caravel.cri;

/**
 * {@code length} ids from {@code containerId} inside are the ids from {@code hostId} outside.
 * Unsigned 32-bit each.
 */
public record IdMapping(long hostId, long containerId, long length) {}
