package dev.caravel.daemon.run;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What we tell systemd about ourselves (sd_notify(3)). Without {@code $NOTIFY_SOCKET} nothing is
 * sent.
 */
public final class ServiceNotifications {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotifications.class);

    private final Optional<String> address;
    private final NotifySocket socket;

    /**
     * @param environment of the process; {@code NOTIFY_SOCKET} is read
     */
    public ServiceNotifications(Map<String, String> environment, NotifySocket socket) {
        this.address =
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(s -> !s.isEmpty());
        this.socket = socket;
    }

    /** Start-up is finished. */
    public void ready() {
        sendOrLog("READY=1");
    }

    /** We are about to end. */
    public void stopping() {
        sendOrLog("STOPPING=1");
    }

    /** One line for {@code systemctl status}. */
    public void status(String line) {
        sendOrLog("STATUS=" + line.replace('\n', ' '));
    }

    /**
     * Sends {@code message}.
     *
     * @return false when nobody listens, because the process was not started by systemd
     * @throws IOException when systemd's socket refuses it
     */
    public boolean send(String message) throws IOException {
        if (address.isEmpty()) {
            return false;
        }
        socket.send(address.get(), message);
        return true;
    }

    private void sendOrLog(String message) {
        try {
            send(message);
        } catch (IOException e) {
            LOG.warn("Telling systemd {} failed: {}; going on without", message, e.getMessage());
        }
    }

    /**
     * How often systemd wants to hear {@code WATCHDOG=1}: half the time it waits (kubelet.md §1.4).
     *
     * @param environment {@code WATCHDOG_USEC} and {@code WATCHDOG_PID} are read
     * @param pid of this process; the setting may be meant for a parent
     * @return empty when the watchdog is off
     * @throws IllegalArgumentException when the interval is not a number above one second, which
     *     refuses the start
     */
    public static Optional<Duration> watchdogInterval(Map<String, String> environment, long pid) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String meantFor = environment.getOrDefault("WATCHDOG_PID", "");
        if (micros.isEmpty() || !(meantFor.isEmpty() || meantFor.equals(Long.toString(pid)))) {
            return Optional.empty();
        }
        Duration limit;
        try {
            limit = Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1000));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "WATCHDOG_USEC='" + micros + "': not a number of microseconds", e);
        }
        if (limit.compareTo(Duration.ofSeconds(1)) <= 0) {
            throw new IllegalArgumentException(
                    "WATCHDOG_USEC='" + micros + "': the watchdog needs more than one second");
        }
        return Optional.of(limit.dividedBy(2));
    }
}
