package dev.caravel.linux.mount;

/** How mounts below a mount are passed between its copies (mount_namespaces(7)). */
public enum Propagation {
    /** Nothing is passed on. */
    PRIVATE,
    /** What the original gets, this one gets too; not the other way. */
    SLAVE,
    /** Both ways. */
    SHARED
}
