package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;

/** klog's numbers and slf4j's levels (kubelet.md §9.7). */
final class Verbosity {
    private static final int DEBUG_FROM = 4;
    private static final int TRACE_FROM = 6;

    private Verbosity() {}

    /** The lowest level that is logged at {@code -v=verbosity}. */
    static Level threshold(int verbosity) {
        if (verbosity >= TRACE_FROM) {
            return Level.TRACE;
        }
        return verbosity >= DEBUG_FROM ? Level.DEBUG : Level.INFO;
    }

    /** What {@code v} a record of this level carries in JSON. */
    static int of(Level level) {
        if (level.isGreaterOrEqual(Level.INFO)) {
            return 0;
        }
        return level == Level.DEBUG ? DEBUG_FROM : TRACE_FROM;
    }
}
