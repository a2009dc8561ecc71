package dev.caravel.linux.dbus;

import dev.caravel.linux.sys.Descriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The part of {@code org.freedesktop.login1.Manager} the kubelet uses to end its pods before the
 * machine goes down (contract §5.15). Blocks inside the kernel.
 */
public final class Logind {
    private static final String NAME = "org.freedesktop.login1";
    private static final String PATH = "/org/freedesktop/login1";
    private static final String MANAGER = NAME + ".Manager";
    private static final String PREPARE = "PrepareForShutdown";
    private static final String RULE =
            "type='signal',sender='%s',path='%s',interface='%s',member='%s'"
                    .formatted(NAME, PATH, MANAGER, PREPARE);

    private final DbusEndpoint bus;

    /** Talks to logind over a bus. */
    public Logind(DbusEndpoint bus) {
        this.bus = bus;
    }

    /** The logind of this machine. */
    public static Logind ofHost() {
        return new Logind(DbusEndpoint.SYSTEM_BUS);
    }

    /** How long logind lets a shutdown be delayed at most ({@code InhibitDelayMaxSec}). */
    public Duration inhibitDelayMax() throws IOException {
        try (DbusConnection connection = open()) {
            DbusMessage answer =
                    connection.call(
                            Optional.of(NAME),
                            PATH,
                            "org.freedesktop.DBus.Properties",
                            "Get",
                            List.of(
                                    new DbusValue.Text(MANAGER),
                                    new DbusValue.Text("InhibitDelayMaxUSec")));
            if (answer.body().size() == 1
                    && answer.body().getFirst()
                            instanceof DbusValue.Variant(DbusValue.UInt64(long micros))) {
                return Duration.ofNanos(Math.multiplyExact(micros, 1000L));
            }
            throw new DbusException("InhibitDelayMaxUSec is " + answer.body());
        }
    }

    /**
     * Delays shutdowns from now on.
     *
     * @param who name of this program, for {@code systemd-inhibit --list}
     * @param why reason, likewise
     * @return the lock; closing it lets a shutdown go on
     */
    public Descriptor delayShutdown(String who, String why) throws IOException {
        try (DbusConnection connection = open()) {
            DbusMessage answer =
                    connection.call(
                            Optional.of(NAME),
                            PATH,
                            MANAGER,
                            "Inhibit",
                            List.of(
                                    new DbusValue.Text("shutdown"),
                                    new DbusValue.Text(who),
                                    new DbusValue.Text(why),
                                    new DbusValue.Text("delay")));
            if (answer.files().size() != 1
                    || !answer.body().equals(List.of(new DbusValue.UnixFd(0)))) {
                answer.files().forEach(Descriptor::close);
                throw new DbusException("Inhibit answered " + answer.body());
            }
            return answer.files().getFirst();
        }
    }

    /** Starts listening for shutdowns; those announced before are not told. */
    public ShutdownSignals shutdownSignals() throws IOException {
        DbusConnection connection = open();
        try {
            connection.subscribe(RULE);
            return new ShutdownSignals(connection);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private DbusConnection open() throws IOException {
        return DbusConnection.open(bus.socket(), bus.bus());
    }

    /** Announcements of shutdowns, for one thread. */
    public static final class ShutdownSignals implements AutoCloseable {
        private final DbusConnection connection;

        private ShutdownSignals(DbusConnection connection) {
            this.connection = connection;
        }

        /**
         * Waits for the next announcement.
         *
         * @return true when the machine is about to go down, false when that was called off; empty
         *     when nothing was said in time
         * @throws IOException when the connection is lost; open a new one then
         */
        public Optional<Boolean> next(Duration timeout) throws IOException {
            return connection
                    .awaitSignal(Logind.ShutdownSignals::isAnnouncement, timeout)
                    .map(signal -> signal.body().getFirst().equals(new DbusValue.Bool(true)));
        }

        private static boolean isAnnouncement(DbusMessage message) {
            return message.isSignal(MANAGER, PREPARE)
                    && message.body().size() == 1
                    && message.body().getFirst() instanceof DbusValue.Bool;
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
