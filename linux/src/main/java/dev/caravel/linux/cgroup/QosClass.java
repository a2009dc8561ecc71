package dev.caravel.linux.cgroup;

/** The three levels of quality of service; guaranteed pods stand directly below kubepods. */
public enum QosClass {
    GUARANTEED,
    BURSTABLE,
    BEST_EFFORT
}
