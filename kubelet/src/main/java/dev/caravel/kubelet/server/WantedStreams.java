package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Query;
import java.util.Optional;

/**
 * Which streams of a command are wanted (contract §3.2). On a terminal there is no separate error
 * stream.
 */
record WantedStreams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {

    /** Reads the query; empty when none is wanted. */
    static Optional<WantedStreams> of(Query q) {
        boolean tty = flag(q, "tty");
        WantedStreams wanted =
                new WantedStreams(
                        flag(q, "input"), flag(q, "output"), flag(q, "error") && !tty, tty);
        return wanted.stdin || wanted.stdout || wanted.stderr
                ? Optional.of(wanted)
                : Optional.empty();
    }

    private static boolean flag(Query q, String name) {
        return q.first(name).orElse("").equals("1");
    }
}
