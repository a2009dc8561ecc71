package dev.caravel.daemon.run;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * One named question about the daemon's own health, asked by healthz and by the watchdog.
 *
 * @param name as in {@code /healthz/name}
 * @param problem what is wrong now, or empty; must not block
 */
public record HealthCheck(String name, Supplier<Optional<String>> problem) {
    /** Healthy as long as the process answers. */
    public static final HealthCheck PING = new HealthCheck("ping", Optional::empty);
}
