package dev.caravel.cri;

/** State of a pod sandbox; a state this client does not know counts as {@link #NOT_READY}. */
public enum SandboxState {
    READY,
    NOT_READY
}
