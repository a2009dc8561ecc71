package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.run.Ticks;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for everything people do to containers or read of them, at its end: who, what, how many
 * bytes, how long. Commands and what passes are not shown: they may hold secrets.
 */
final class AuditLog {

    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

    private static final Set<String> COVERED =
            Set.of("exec", "attach", "portForward", "run", "containerLogs", "logs", "checkpoint");

    private final Ticks ticks;

    /** Makes each line its own, so that none is taken for the repetition of another. */
    private final AtomicLong sessions = new AtomicLong();

    AuditLog(Ticks ticks) {
        this.ticks = ticks;
    }

    /** Whether a request is to be written down. */
    static boolean covers(HttpExchange x) {
        return COVERED.contains(Subresources.segment(x.path()));
    }

    /** Lets {@code handler} serve and writes the line. */
    void around(HttpExchange x, User user, HttpHandler handler) throws Exception {
        CountedExchange counted = new CountedExchange(x);
        long session = sessions.incrementAndGet();
        long begin = ticks.nanos();
        try {
            handler.handle(counted);
        } finally {
            List<String> path = GoPaths.segments(x);
            boolean ofPod = path.size() > 2 && !path.getFirst().equals("logs");
            log.atInfo()
                    .setMessage("Audit")
                    .addKeyValue("session", session)
                    .addKeyValue("user", user.name())
                    .addKeyValue("from", x.remoteAddress().getAddress().getHostAddress())
                    .addKeyValue("verb", path.getFirst())
                    .addKeyValue("pod", ofPod ? path.get(1) + "/" + path.get(2) : "")
                    .addKeyValue("method", x.method())
                    .addKeyValue("path", x.path())
                    .addKeyValue("status", counted.status())
                    .addKeyValue("received", counted.received())
                    .addKeyValue("sent", counted.sent())
                    .addKeyValue("milliseconds", (ticks.nanos() - begin) / 1_000_000)
                    .log();
        }
    }
}
