package dev.caravel.kubelet.evict;

import java.util.Arrays;
import java.util.Optional;

/** What is measured, by the name configuration and metrics use. */
public enum Signal {
    MEMORY("memory.available", "memory", NodePressure.MEMORY),
    /** Memory left below the limit of all pods together; follows {@link #MEMORY}'s threshold. */
    ALLOCATABLE_MEMORY("allocatableMemory.available", "memory", NodePressure.MEMORY),
    NODE_FS("nodefs.available", "ephemeral-storage", NodePressure.DISK),
    NODE_FS_INODES("nodefs.inodesFree", "inodes", NodePressure.DISK),
    IMAGE_FS("imagefs.available", "ephemeral-storage", NodePressure.DISK),
    IMAGE_FS_INODES("imagefs.inodesFree", "inodes", NodePressure.DISK),
    CONTAINER_FS("containerfs.available", "ephemeral-storage", NodePressure.DISK),
    CONTAINER_FS_INODES("containerfs.inodesFree", "inodes", NodePressure.DISK),
    PID("pid.available", "pids", NodePressure.PID);

    private final String text;
    private final String resource;
    private final NodePressure pressure;

    Signal(String text, String resource, NodePressure pressure) {
        this.text = text;
        this.resource = resource;
        this.pressure = pressure;
    }

    /** The name configuration and metrics use. */
    public String text() {
        return text;
    }

    /** The resource that is short when the signal is low. */
    public String resource() {
        return resource;
    }

    /** The condition it raises. */
    public NodePressure pressure() {
        return pressure;
    }

    boolean isMemory() {
        return pressure == NodePressure.MEMORY;
    }

    boolean countsInodes() {
        return resource.equals("inodes");
    }

    /** Sizes are printed in binary units, counts in decimal ones. */
    boolean isSize() {
        return this != PID && !countsInodes();
    }

    static Optional<Signal> of(String text) {
        return Arrays.stream(values()).filter(s -> s.text.equals(text)).findFirst();
    }
}
