package dev.caravel.kubelet.status;

import java.util.Set;

/** Which pod conditions this node writes (contract §5.11). */
public final class OwnedConditions {
    /** Set by the scheduler or an eviction as well; written here only with a terminal phase. */
    public static final String DISRUPTION_TARGET = "DisruptionTarget";

    static final String READY = "Ready";
    static final String CONTAINERS_READY = "ContainersReady";

    private static final Set<String> OWNED =
            Set.of(
                    "PodScheduled",
                    READY,
                    "Initialized",
                    CONTAINERS_READY,
                    "PodReadyToStartContainers",
                    "PodResizePending",
                    "PodResizeInProgress",
                    "AllContainersRestarting");

    /** Conditions whose transition time follows from their status; resize ones carry their own. */
    private static final Set<String> TIMED_HERE =
            Set.of(
                    "PodScheduled",
                    READY,
                    "Initialized",
                    CONTAINERS_READY,
                    "PodReadyToStartContainers",
                    "AllContainersRestarting",
                    DISRUPTION_TARGET);

    private OwnedConditions() {}

    /** Whether only this node writes the condition. */
    public static boolean owned(String type) {
        return OWNED.contains(type);
    }

    static boolean timedHere(String type) {
        return TIMED_HERE.contains(type);
    }
}
