package dev.caravel.daemon.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening port that serves HTTP/1.1, plain or TLS: one virtual thread a connection, blocking
 * throughout, on the sockets of the JDK. An idle connection costs a parked virtual thread and its
 * buffer.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;
    private static final Duration STALL_CHECK = Duration.ofSeconds(30);

    private final HttpServerSettings settings;
    private final HttpHandler handler;
    private final ServerSocket listener;
    private final Optional<ServerTls> tls;
    private final Semaphore room;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final Thread accepter;
    private final Thread stallCheck;
    private volatile boolean closed;

    /**
     * Listens and serves until closed.
     *
     * @throws IOException naming the address when it cannot be listened on
     * @throws IllegalArgumentException when the TLS settings name an unknown version or cipher
     *     suite
     */
    public static HttpServer start(HttpServerSettings settings, HttpHandler handler)
            throws IOException {
        Optional<ServerTls> tls = settings.tls().map(ServerTls::new);
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(settings.address(), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw new IOException(
                    "listen on "
                            + settings.address()
                            + " for "
                            + settings.name()
                            + ": "
                            + e.getMessage(),
                    e);
        }
        return new HttpServer(settings, handler, listener, tls);
    }

    private HttpServer(
            HttpServerSettings settings,
            HttpHandler handler,
            ServerSocket listener,
            Optional<ServerTls> tls) {
        this.settings = settings;
        this.handler = handler;
        this.listener = listener;
        this.tls = tls;
        this.room = new Semaphore(settings.maxConnections());
        String thread = "http/" + settings.name();
        this.accepter = Thread.ofVirtual().name(thread + "/accept").start(this::accept);
        this.stallCheck = Thread.ofVirtual().name(thread + "/stall").start(this::endStalled);
    }

    /** Where the server listens, with the port the kernel chose if 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Connections open now. */
    public int connections() {
        return connections.size();
    }

    private void accept() {
        while (!closed) {
            try {
                room.acquire();
                open(listener.accept());
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                room.release();
                if (!closed) {
                    LOG.warn("Accepting on {} failed; next try in 1 s", address(), e);
                    pause(Duration.ofSeconds(1));
                }
            }
        }
    }

    private void open(Socket raw) {
        Thread.ofVirtual()
                .name("http/" + settings.name() + raw.getRemoteSocketAddress())
                .start(() -> serve(raw));
    }

    private void serve(Socket raw) {
        try (raw) {
            raw.setOption(StandardSocketOptions.TCP_NODELAY, true);
            raw.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            raw.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 15);
            raw.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL, 15);
            Socket socket = raw;
            if (tls.isPresent()) {
                SSLSocket secured = tls.get().wrap(raw);
                socket = secured;
            }
            HttpConnection connection = new HttpConnection(settings, handler, raw, socket);
            connections.add(connection);
            try {
                if (!closed) {
                    connection.run();
                }
            } finally {
                connections.remove(connection);
            }
        } catch (IOException e) {
            LOG.debug("Connection to {} failed: {}", settings.name(), e.toString());
        } finally {
            room.release();
        }
    }

    private void endStalled() {
        while (!closed && pause(STALL_CHECK)) {
            long now = System.nanoTime();
            for (HttpConnection connection : connections) {
                if (connection.output().stalled(now)) {
                    LOG.info(
                            "Client {} of {} reads nothing; closing its connection",
                            connection.remoteAddress(),
                            settings.name());
                    connection.abort();
                }
            }
        }
    }

    private static boolean pause(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Stops listening and ends every connection. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            LOG.warn("Closing listener {}: {}", address(), e.toString());
        }
        accepter.interrupt();
        stallCheck.interrupt();
        connections.forEach(HttpConnection::abort);
    }
}
