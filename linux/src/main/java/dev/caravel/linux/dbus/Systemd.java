package dev.caravel.linux.dbus;

import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The part of {@code org.freedesktop.systemd1.Manager} the kubelet uses for its slices. Each method
 * opens a connection of its own and waits until systemd has done the job. Blocks inside the kernel.
 */
public final class Systemd {
    private static final String NAME = "org.freedesktop.systemd1";
    private static final String PATH = "/org/freedesktop/systemd1";
    private static final String MANAGER = NAME + ".Manager";
    private static final String JOB_REMOVED_RULE =
            "type='signal',sender='" + NAME + "',interface='" + MANAGER + "',member='JobRemoved'";

    /** As long as the Go agent waits for a slice. */
    private static final Duration JOB_TIME = Duration.ofSeconds(30);

    private final List<DbusEndpoint> endpoints;

    /**
     * Talks to systemd.
     *
     * @param endpoints tried in this order
     */
    public Systemd(List<DbusEndpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    /** The systemd of this machine. */
    public static Systemd ofHost() {
        return new Systemd(List.of(DbusEndpoint.SYSTEMD, DbusEndpoint.SYSTEM_BUS));
    }

    /**
     * A property of a unit (org.freedesktop.systemd1(5)).
     *
     * @param name such as {@code MemoryMax}
     * @param value of the type the interface states
     */
    public record Property(String name, DbusValue value) {
        private DbusValue struct() {
            return DbusValue.Struct.of(new DbusValue.Text(name), new DbusValue.Variant(value));
        }
    }

    /**
     * Makes and starts a transient unit.
     *
     * @return false when a unit of that name exists already
     * @throws IOException if systemd refuses, or the job does not end well in 30 seconds
     */
    public boolean startTransientUnit(String unit, List<Property> properties) throws IOException {
        try (Session session = open()) {
            session.runJob(
                    "StartTransientUnit",
                    unit,
                    List.of(
                            new DbusValue.Text(unit),
                            new DbusValue.Text("replace"),
                            array(properties),
                            new DbusValue.Array("(sa(sv))", List.of())));
            return true;
        } catch (DbusException e) {
            if (e.name().equals(NAME + ".UnitExists")) {
                return false;
            }
            throw e;
        }
    }

    /** Changes properties of a loaded unit until the next boot. */
    public void setUnitProperties(String unit, List<Property> properties) throws IOException {
        try (Session session = open()) {
            session.call(
                    "SetUnitProperties",
                    List.of(new DbusValue.Text(unit), new DbusValue.Bool(true), array(properties)));
        }
    }

    /**
     * Stops a unit; one that systemd does not know is no error. A unit in state failed is forgotten
     * as well.
     */
    public void stopUnit(String unit) throws IOException {
        try (Session session = open()) {
            DbusValue name = new DbusValue.Text(unit);
            try {
                session.runJob("StopUnit", unit, List.of(name, new DbusValue.Text("replace")));
                session.call("ResetFailedUnit", List.of(name));
            } catch (DbusException e) {
                if (!e.name().equals(NAME + ".NoSuchUnit")) {
                    throw e;
                }
            }
        }
    }

    /**
     * Sends a signal to all processes of a unit, e.g. SIGHUP to make a service read its
     * configuration again.
     */
    public void killUnit(String unit, int signal) throws IOException {
        try (Session session = open()) {
            session.call(
                    "KillUnit",
                    List.of(
                            new DbusValue.Text(unit),
                            new DbusValue.Text("all"),
                            new DbusValue.Int32(signal)));
        }
    }

    /** The number of systemd's version, e.g. 252 for {@code 252.38-1~deb12u1}. */
    public int version() throws IOException {
        try (Session session = open()) {
            DbusMessage answer =
                    session.connection.call(
                            session.destination,
                            PATH,
                            "org.freedesktop.DBus.Properties",
                            "Get",
                            List.of(new DbusValue.Text(MANAGER), new DbusValue.Text("Version")));
            if (answer.body().size() == 1
                    && answer.body().getFirst()
                            instanceof DbusValue.Variant(DbusValue.Text(String version))) {
                return parseVersion(version);
            }
            throw new DbusException("systemd's version is " + answer.body());
        }
    }

    static int parseVersion(String version) throws DbusException {
        int start = version.startsWith("v") ? 1 : 0;
        int end = start;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        if (end == start || end - start > 6) {
            throw new DbusException("systemd's version '" + version + "' has no number");
        }
        return Integer.parseInt(version.substring(start, end));
    }

    private static DbusValue array(List<Property> properties) {
        return new DbusValue.Array("(sv)", properties.stream().map(Property::struct).toList());
    }

    private Session open() throws IOException {
        IOException failure = new IOException("Reach systemd: none of " + endpoints + " answers");
        for (DbusEndpoint endpoint : endpoints) {
            try {
                return new Session(endpoint);
            } catch (SystemCallException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private static final class Session implements AutoCloseable {
        private final DbusConnection connection;
        private final Optional<String> destination;
        private final boolean bus;

        Session(DbusEndpoint endpoint) throws IOException {
            this.connection = DbusConnection.open(endpoint.socket(), endpoint.bus());
            this.bus = endpoint.bus();
            this.destination = bus ? Optional.of(NAME) : Optional.empty();
        }

        DbusMessage call(String member, List<DbusValue> arguments) throws IOException {
            return connection.call(destination, PATH, MANAGER, member, arguments);
        }

        /** Calls a method that returns a job and waits for its end. */
        void runJob(String member, String unit, List<DbusValue> arguments) throws IOException {
            if (bus) {
                // Before the call, or the end of a quick job would be missed.
                connection.subscribe(JOB_REMOVED_RULE);
                call("Subscribe", List.of());
            }
            DbusMessage answer = call(member, arguments);
            if (answer.body().size() != 1
                    || !(answer.body().getFirst() instanceof DbusValue.ObjectPath job)) {
                throw new DbusException(member + " of " + unit + " answered " + answer.body());
            }
            DbusMessage removed =
                    connection
                            .awaitSignal(message -> isRemovalOf(message, job), JOB_TIME)
                            .orElseThrow(() ->
                                    new DbusException(
                                            member
                                                    + " of "
                                                    + unit
                                                    + ": no end after "
                                                    + JOB_TIME.toSeconds()
                                                    + " s"));
            DbusValue result = removed.body().get(3);
            if (!result.equals(new DbusValue.Text("done"))) {
                throw new DbusException(member + " of " + unit + " ended with " + result);
            }
        }

        /** JobRemoved(u id, o job, s unit, s result). */
        private static boolean isRemovalOf(DbusMessage message, DbusValue.ObjectPath job) {
            return message.isSignal(MANAGER, "JobRemoved")
                    && message.body().size() == 4
                    && message.body().get(1).equals(job);
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
