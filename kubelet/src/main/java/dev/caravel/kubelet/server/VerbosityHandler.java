package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code PUT /debug/flags/v}: changes the verbosity of the log while the kubelet runs (contract
 * §3).
 *
 * @param verbosity takes the new number
 */
record VerbosityHandler(IntConsumer verbosity) implements HttpHandler {

    private static final Logger log = LoggerFactory.getLogger(VerbosityHandler.class);

    private static final int MOST_BYTES = 32;

    @Override
    public void handle(HttpExchange x) throws IOException {
        if (!x.method().equals("PUT")) {
            x.respondText(406, "unsupported http method");
            return;
        }
        String text = new String(x.body().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        int level;
        try {
            level = Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            level = -1;
        }
        if (level < 0) {
            x.respondText(400, "the verbosity must be a whole number, not \"" + text + "\"");
            return;
        }
        verbosity.accept(level);
        log.info("Log verbosity is now {}", level);
        x.respondText(200, "successfully set klog.logging.verbosity to " + text);
    }
}
