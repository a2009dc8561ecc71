package dev.caravel.cri;

/** State of a container; a state this client does not know counts as {@link #UNKNOWN}. */
public enum ContainerState {
    CREATED,
    RUNNING,
    EXITED,
    UNKNOWN
}
