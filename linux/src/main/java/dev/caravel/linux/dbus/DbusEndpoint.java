package dev.caravel.linux.dbus;

import java.nio.file.Path;

/**
 * Where D-Bus is spoken.
 *
 * @param socket unix socket
 * @param bus whether a bus daemon listens there; otherwise it is the service itself
 */
public record DbusEndpoint(Path socket, boolean bus) {
    /** systemd's own socket, there for root before and without a bus daemon. */
    public static final DbusEndpoint SYSTEMD =
            new DbusEndpoint(Path.of("/run/systemd/private"), false);

    /** The system bus. */
    public static final DbusEndpoint SYSTEM_BUS =
            new DbusEndpoint(Path.of("/run/dbus/system_bus_socket"), true);
}
