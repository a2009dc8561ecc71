package dev.caravel.cri;

/** A device of the node inside a container; {@code permissions} are letters of {@code rwm}. */
public record Device(String containerPath, String hostPath, String permissions) {}
