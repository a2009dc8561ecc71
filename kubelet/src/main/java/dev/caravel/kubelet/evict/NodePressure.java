package dev.caravel.kubelet.evict;

/** The node conditions that eviction signals raise. */
public enum NodePressure {
    MEMORY("MemoryPressure"),
    DISK("DiskPressure"),
    PID("PIDPressure");

    private final String condition;

    NodePressure(String condition) {
        this.condition = condition;
    }

    /** The type of the node condition. */
    public String condition() {
        return condition;
    }
}
