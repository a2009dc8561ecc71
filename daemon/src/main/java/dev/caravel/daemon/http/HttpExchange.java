package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * One request and its response. Used by one handler thread; only {@link #clientGone()} may be asked
 * from elsewhere.
 */
public interface HttpExchange {
    /** The method as sent, for example {@code GET}. */
    String method();

    /** The path percent-decoded, without query; always begins with {@code /}. */
    String path();

    /** Path and query exactly as sent, for passing on to another server. */
    String rawTarget();

    /** The decoded query parameters. */
    Query query();

    /** The request headers. */
    HttpHeaders headers();

    /**
     * The certificate chain the client showed, leaf first, unverified; empty without TLS or without
     * a certificate. See {@link ClientCa}.
     */
    List<X509Certificate> peerCertificates();

    /** The address of the client. */
    InetSocketAddress remoteAddress();

    /**
     * The address the client connected to; its family tells IPv4 from IPv6 on a dual-stack port.
     */
    InetSocketAddress localAddress();

    /** True on a TLS connection. */
    boolean secure();

    /** The request body; reading past the server's body limit throws {@link IOException}. */
    InputStream body();

    /** Adds a header to the coming response; call before the response begins. */
    void addHeader(String name, String value);

    /**
     * Sends a whole response.
     *
     * @throws IOException when the client is gone
     */
    void respond(int status, String contentType, byte[] body) throws IOException;

    /** Sends {@code text} as {@code text/plain; charset=utf-8} with {@code nosniff}, as Go does. */
    default void respondText(int status, String text) throws IOException {
        addHeader("X-Content-Type-Options", "nosniff");
        respond(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Begins a response of unknown length. Each write goes out at once when flushed and blocks
     * while the client does not read; closing ends the response. From here on a client that hangs
     * up is noticed even while nothing is written: writes fail, {@link #clientGone()} turns true
     * and {@link #onClientGone} runs.
     */
    OutputStream stream(int status, String contentType) throws IOException;

    /**
     * Answers {@code 101 Switching Protocols} with the given headers ({@code Connection: Upgrade}
     * is added) and hands over the raw connection. It lives until closed, or until the handler
     * returns.
     *
     * @param headers name and value pairs, at least {@code Upgrade}
     */
    Duplex upgrade(List<HttpHeaders.Field> headers) throws IOException;

    /**
     * Runs {@code action} once, on another thread, when the client hangs up before the response has
     * ended; at once if it already has.
     */
    void onClientGone(Runnable action);

    /** True when the client has hung up, as far as is known (see {@link #stream}). */
    boolean clientGone();
}
