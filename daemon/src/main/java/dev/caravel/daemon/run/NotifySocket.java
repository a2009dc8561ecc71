package dev.caravel.daemon.run;

import java.io.IOException;

/** Sends one datagram to systemd's notification socket; the kernel module gives the real one. */
@FunctionalInterface
public interface NotifySocket {
    /**
     * Sends {@code message}, for example {@code READY=1}, to the socket named as in {@code
     * $NOTIFY_SOCKET} (a leading {@code @} is the abstract namespace).
     *
     * @throws IOException when the socket refuses it
     */
    void send(String socket, String message) throws IOException;
}
