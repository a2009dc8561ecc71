package dev.caravel.daemon.metrics;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Serves {@link Metrics} in text format 0.0.4, compressed for scrapers that ask for it. */
public record MetricsHandler(Metrics metrics) implements HttpHandler {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        boolean gzip = exchange.headers().hasToken("Accept-Encoding", "gzip");
        if (gzip) {
            exchange.addHeader("Content-Encoding", "gzip");
        }
        try (OutputStream plain = exchange.stream(200, TEXT);
                OutputStream out = gzip ? new GZIPOutputStream(plain, 4096) : plain) {
            metrics.write(out);
        }
    }
}
