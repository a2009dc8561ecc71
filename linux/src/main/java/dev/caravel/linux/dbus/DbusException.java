package dev.caravel.linux.dbus;

import java.io.IOException;

/** The other side answered with an error, or not as the D-Bus specification says. */
public final class DbusException extends IOException {
    /** Name of this program's own complaints about the other side. */
    private static final String PROTOCOL = "protocol";

    private final String name;

    DbusException(String problem) {
        super("D-Bus: " + problem);
        this.name = PROTOCOL;
    }

    /**
     * An error answer.
     *
     * @param name such as {@code org.freedesktop.systemd1.NoSuchUnit}
     */
    DbusException(String call, String name, String text) {
        super("D-Bus call " + call + ": " + name + " (" + text + ")");
        this.name = name;
    }

    /** Name of the error; {@code protocol} when the other side broke the rules. */
    public String name() {
        return name;
    }
}
