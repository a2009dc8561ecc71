package dev.caravel.config.kubelet;

import java.time.Duration;
import java.util.Optional;

/**
 * Limits of the delay before a crashed container is started again.
 *
 * @param maxContainerRestartPeriod longest delay; empty only with gate KubeletCrashLoopBackOffMax
 *     off
 */
public record CrashLoopBackOffConfig(Optional<Duration> maxContainerRestartPeriod) {}
