package dev.caravel.daemon.run;

import dev.caravel.linux.sys.UnixDatagram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends one datagram to systemd's notification socket. */
@FunctionalInterface
public interface NotifySocket {
    /**
     * Sends {@code message}, for example {@code READY=1}, to the socket named as in {@code
     * $NOTIFY_SOCKET} (a leading {@code @} is the abstract namespace).
     *
     * @throws IOException when the socket refuses it
     */
    void send(String socket, String message) throws IOException;

    /** The sockets of this machine. */
    static NotifySocket system() {
        return (socket, message) ->
                UnixDatagram.send(socket, message.getBytes(StandardCharsets.UTF_8));
    }
}
