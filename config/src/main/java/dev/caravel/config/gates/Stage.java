package dev.caravel.config.gates;

/** How finished the feature behind a gate is. */
public enum Stage {
    /** May go away; off unless asked for. */
    ALPHA,
    /** Well tested; usually on. */
    BETA,
    /** Finished; the gate goes away some releases later. */
    GA,
    /** On its way out. */
    DEPRECATED
}
