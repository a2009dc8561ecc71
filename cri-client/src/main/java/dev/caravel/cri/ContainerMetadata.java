package dev.caravel.cri;

/** Name of a container within its pod, and which try it is. */
public record ContainerMetadata(String name, int attempt) {}
