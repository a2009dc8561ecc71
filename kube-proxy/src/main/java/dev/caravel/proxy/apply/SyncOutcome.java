package dev.caravel.proxy.apply;

/**
 * What a synchronization came to.
 *
 * @param full whether everything was compared, not only what had changed
 * @param steps operations the kernel was given
 * @param services number of services now held
 */
public record SyncOutcome(boolean full, int steps, int services) {}
