package dev.caravel.cri;

/**
 * A running container's streams through the runtime's streaming server; {@code tty} must be the
 * container's own.
 */
public record AttachRequest(
        String containerId, boolean tty, boolean stdin, boolean stdout, boolean stderr) {}
