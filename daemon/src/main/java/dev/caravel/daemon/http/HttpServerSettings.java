package dev.caravel.daemon.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of one listening port.
 *
 * @param name in thread names and log lines, for example {@code kubelet} or {@code healthz}
 * @param address where to listen; port 0 lets the kernel choose
 * @param tls empty for plain HTTP
 * @param maxHeaderBytes request line and headers together; more is answered with 431
 * @param maxBodyBytes a longer request body is answered with 413
 * @param maxConnections further clients wait in the kernel's backlog
 * @param idleTimeout between requests, and for the headers of a request once begun
 */
public record HttpServerSettings(
        String name,
        InetSocketAddress address,
        Optional<TlsSettings> tls,
        int maxHeaderBytes,
        long maxBodyBytes,
        int maxConnections,
        Duration idleTimeout) {

    /** The kubelet's figures: headers up to 1 MiB, 90 s idle (kubelet.md §3). */
    public static HttpServerSettings of(
            String name, InetSocketAddress address, Optional<TlsSettings> tls) {
        return new HttpServerSettings(
                name, address, tls, 1 << 20, 16L << 20, 4096, Duration.ofSeconds(90));
    }
}
