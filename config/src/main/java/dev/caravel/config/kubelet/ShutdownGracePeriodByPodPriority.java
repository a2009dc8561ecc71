package dev.caravel.config.kubelet;

/**
 * Shutdown time for pods of one priority band.
 *
 * @param priority lowest priority of the band
 * @param shutdownGracePeriodSeconds seconds its pods get to stop when the node shuts down
 */
public record ShutdownGracePeriodByPodPriority(int priority, long shutdownGracePeriodSeconds) {}
