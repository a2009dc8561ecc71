package dev.caravel.daemon.run;

import dev.caravel.config.GoDuration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that we live, but only while every check passes; else systemd restarts us after its
 * limit. Started before anything waits for the API server (kubelet.md §1.4).
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int TRIES = 2;

    private final ServiceNotifications systemd;
    private final Duration interval;
    private final List<HealthCheck> checks;
    private final Ticks ticks;
    private final Thread thread;

    /** Begins to notify every {@code interval}. */
    public static Watchdog start(
            ServiceNotifications systemd,
            Duration interval,
            List<HealthCheck> checks,
            Ticks ticks) {
        return new Watchdog(systemd, interval, checks, ticks);
    }

    private Watchdog(
            ServiceNotifications systemd,
            Duration interval,
            List<HealthCheck> checks,
            Ticks ticks) {
        this.systemd = systemd;
        this.interval = interval;
        this.checks = List.copyOf(checks);
        this.ticks = ticks;
        // a platform thread: it must speak even when every carrier of virtual threads is held
        this.thread = NamedThreads.startPlatform("systemd/watchdog", this::run);
    }

    private void run() {
        try {
            while (true) {
                Optional<String> problem = firstProblem(checks);
                if (problem.isPresent()) {
                    LOG.error("Not telling systemd that we are alive: {}", problem.get());
                } else {
                    notifyAlive();
                }
                ticks.sleep(interval);
            }
        } catch (InterruptedException e) {
            LOG.debug("Watchdog ends");
        }
    }

    /** The first failing check as {@code name: problem}. */
    static Optional<String> firstProblem(List<HealthCheck> checks) {
        for (HealthCheck check : checks) {
            Optional<String> problem = check.problem().get();
            if (problem.isPresent()) {
                return problem.map(text -> check.name() + ": " + text);
            }
        }
        return Optional.empty();
    }

    private void notifyAlive() throws InterruptedException {
        JitteredBackoff backoff =
                new JitteredBackoff(
                        Duration.ofSeconds(1),
                        2,
                        Duration.ofSeconds(2),
                        0.1,
                        RandomGenerator.getDefault());
        String problem = "";
        for (int tried = 0; tried < TRIES; tried++) {
            if (tried > 0) {
                ticks.sleep(backoff.next());
            }
            try {
                if (systemd.send("WATCHDOG=1")) {
                    return;
                }
                problem = "NOTIFY_SOCKET is not set";
                break;
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        LOG.error(
                "Telling systemd WATCHDOG=1 failed: {}; next try in {}",
                problem,
                GoDuration.format(interval));
    }

    /** Stops notifying; systemd may then count us as hung, so only before the end. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
