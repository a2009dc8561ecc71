package dev.caravel.daemon.log;

/** How a record looks on stderr ({@code logging.format}). */
public enum LogFormat {
    /** klog's text. */
    TEXT,
    /** component-base's JSON, one object a line. */
    JSON
}
