package dev.caravel.cri;

/** How mounts made on one side of a bind mount show on the other (CRI MountPropagation). */
public enum MountPropagation {
    PRIVATE,
    HOST_TO_CONTAINER,
    BIDIRECTIONAL
}
