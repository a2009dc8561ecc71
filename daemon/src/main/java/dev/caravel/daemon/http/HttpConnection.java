package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: its socket and the virtual thread that parses requests from it and runs the handler.
 */
final class HttpConnection implements Runnable {
    /** The kubelet's write limit for log streams and the like (kubelet.md §3). */
    static final Duration STREAM_STALL = Duration.ofHours(4);

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpServerSettings settings;
    private final HttpHandler handler;
    private final Socket raw;
    private final Socket socket;
    private final ConnectionInput input;
    private final ConnectionOutput output;
    private List<X509Certificate> peerCertificates = List.of();

    /**
     * @param raw the accepted connection
     * @param socket {@code raw}, or the TLS socket over it
     */
    HttpConnection(HttpServerSettings settings, HttpHandler handler, Socket raw, Socket socket)
            throws IOException {
        this.settings = settings;
        this.handler = handler;
        this.raw = raw;
        this.socket = socket;
        String thread = "http/" + settings.name() + "/gone" + raw.getRemoteSocketAddress();
        this.input = new ConnectionInput(socket.getInputStream(), this::readLimit, thread);
        this.output = new ConnectionOutput(socket.getOutputStream(), settings.idleTimeout());
    }

    private void readLimit(Duration limit) throws IOException {
        long millis = limit.toMillis();
        raw.setSoTimeout(limit.isZero() ? 0 : Math.clamp(millis, 1, Integer.MAX_VALUE));
    }

    HttpServerSettings settings() {
        return settings;
    }

    ConnectionInput input() {
        return input;
    }

    ConnectionOutput output() {
        return output;
    }

    List<X509Certificate> peerCertificates() {
        return peerCertificates;
    }

    InetSocketAddress remoteAddress() {
        return (InetSocketAddress) raw.getRemoteSocketAddress();
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) raw.getLocalSocketAddress();
    }

    boolean secure() {
        return socket instanceof SSLSocket;
    }

    /** Serves requests until either side has had enough. */
    @Override
    public void run() {
        try {
            handshake();
            RequestParser parser = new RequestParser(input, settings.maxHeaderBytes());
            boolean more = true;
            while (more) {
                more = serveNext(parser);
            }
            socket.close();
        } catch (SocketTimeoutException e) {
            LOG.trace("Closing idle connection of {} to {}", remoteAddress(), settings.name());
        } catch (IOException e) {
            LOG.debug(
                    "Connection of {} to {} ended: {}",
                    remoteAddress(),
                    settings.name(),
                    e.toString());
        } finally {
            abort();
        }
    }

    private void handshake() throws IOException {
        if (socket instanceof SSLSocket tls) {
            readLimit(settings.idleTimeout());
            tls.startHandshake();
            peerCertificates = chainOf(tls);
        }
    }

    private static List<X509Certificate> chainOf(SSLSocket tls) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (var certificate : tls.getSession().getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
            return List.copyOf(chain);
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // the client showed none
        }
    }

    private boolean serveNext(RequestParser parser) throws IOException {
        input.deadlineIn(settings.idleTimeout());
        if (!input.fill()) {
            return false;
        }
        input.deadlineIn(settings.idleTimeout());
        output.stallLimit(settings.idleTimeout());
        try {
            Optional<RequestHead> head = parser.next();
            return head.isPresent()
                    && serve(new Exchange(this, head.get(), settings.maxBodyBytes()));
        } catch (BadRequest e) {
            refuse(e.status(), e.reason());
            return false;
        }
    }

    private boolean serve(Exchange exchange) throws IOException {
        try {
            handler.handle(exchange);
        } catch (BadRequest e) {
            if (exchange.progress() == Exchange.Progress.NONE) {
                throw e;
            }
            return false;
        } catch (Exception e) {
            return failed(exchange, e);
        }
        if (exchange.progress() == Exchange.Progress.NONE) {
            return failed(exchange, new IllegalStateException("handler gave no answer"));
        }
        return exchange.finish();
    }

    private boolean failed(Exchange exchange, Exception e) throws IOException {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        boolean begun = exchange.progress() != Exchange.Progress.NONE;
        if (begun && (e instanceof IOException || exchange.clientGone())) {
            LOG.debug(
                    "Answer to {} {} for {} ended early: {}",
                    exchange.method(),
                    exchange.path(),
                    remoteAddress(),
                    e.toString());
            return false;
        }
        LOG.error(
                "Handling {} {} on {} failed; {}",
                exchange.method(),
                exchange.path(),
                settings.name(),
                begun ? "closing the connection" : "answering 500",
                e);
        if (!begun) {
            exchange.respondText(500, "Internal Server Error\n");
            return exchange.finish();
        }
        return false;
    }

    private void refuse(int status, String reason) throws IOException {
        LOG.info(
                "Refusing a request of {} to {}: {}",
                remoteAddress().getAddress().getHostAddress(),
                settings.name(),
                reason);
        byte[] text = (status + " " + reason + "\n").getBytes(StandardCharsets.UTF_8);
        ResponseHead head = new ResponseHead(status, "text/plain; charset=utf-8", List.of(), false);
        output.write(head.bytes("Content-Length: " + text.length + "\r\n"));
        output.write(text);
    }

    /** The connection as a raw pair of streams, without time limits. */
    Duplex tunnel() throws IOException {
        input.deadlineIn(Duration.ZERO);
        output.stallLimit(Duration.ZERO);
        readLimit(Duration.ZERO);
        return new Tunnel();
    }

    /** Closes at once, waking whoever reads or writes. */
    void abort() {
        try {
            raw.close(); // not the TLS socket: its close waits for a blocked writer
        } catch (IOException e) {
            LOG.trace("Closing a connection of {}: {}", settings.name(), e.toString());
        }
    }

    private final class Tunnel implements Duplex {
        @Override
        public InputStream input() {
            return input;
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() {
            abort();
        }
    }
}
