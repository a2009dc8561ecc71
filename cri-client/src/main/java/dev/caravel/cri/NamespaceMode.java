package dev.caravel.cri;

/** Whose namespace of one kind a process joins (CRI NamespaceMode). */
public enum NamespaceMode {
    /** One namespace for all containers of the pod. */
    POD,
    /** A namespace of its own for each container. */
    CONTAINER,
    /** The namespace of the node. */
    NODE,
    /** The namespace of the container named by {@link NamespaceOptions#targetId()}. */
    TARGET
}
