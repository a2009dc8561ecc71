package dev.caravel.kubelet.stats;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.metrics.SeriesSource;
import dev.caravel.daemon.metrics.SeriesWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Sends series in the text format, compressed for those who ask for it. */
final class SeriesResponse {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private SeriesResponse() {}

    static void send(HttpExchange x, SeriesSource series) throws IOException {
        boolean gzip = x.headers().hasToken("Accept-Encoding", "gzip");
        if (gzip) {
            x.addHeader("Content-Encoding", "gzip");
        }
        try (OutputStream plain = x.stream(200, TEXT);
                OutputStream out = gzip ? new GZIPOutputStream(plain, 4096) : plain) {
            SeriesWriter writer = new SeriesWriter(out);
            series.collect(writer);
            writer.flush();
        }
    }
}
