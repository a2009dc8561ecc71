package dev.caravel.proxy.server;

import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening ports of the process. One that cannot be opened is tried again every five seconds,
 * unless the configuration says that this ends the process.
 */
public final class Ports implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Ports.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Ticks ticks;
    private final boolean hardFail;
    private final List<HttpServer> servers = new ArrayList<>();
    private final List<Thread> waiting = new ArrayList<>();

    /**
     * No ports yet.
     *
     * @param hardFail whether a port that cannot be opened is an error
     */
    public Ports(boolean hardFail, Ticks ticks) {
        this.hardFail = hardFail;
        this.ticks = ticks;
    }

    /** An address and port as the configuration writes it, for example {@code 0.0.0.0:10256}. */
    static InetSocketAddress address(String text) throws IOException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String bare =
                host.startsWith("[") && host.endsWith("]")
                        ? host.substring(1, host.length() - 1)
                        : host;
        Optional<IpAddress> ip = IpAddress.parse(bare);
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon >= 0 && ip.isPresent()) {
                return new InetSocketAddress(InetAddress.getByAddress(ip.get().bytes()), port);
            }
        } catch (NumberFormatException e) {
            throw new IOException("listen on " + text + ": no port number", e);
        }
        throw new IOException("listen on " + text + ": no IP address and port");
    }

    /**
     * Serves.
     *
     * @throws IOException when the port cannot be opened and that is an error
     */
    public synchronized void open(String name, String address, HttpHandler handler)
            throws IOException {
        HttpServerSettings settings =
                HttpServerSettings.of(name, address(address), Optional.empty());
        try {
            servers.add(HttpServer.start(settings, handler));
        } catch (IOException e) {
            if (hardFail) {
                throw e;
            }
            log.atError()
                    .setMessage("Listening failed. Trying again every five seconds")
                    .addKeyValue("server", name)
                    .addKeyValue("address", address)
                    .setCause(e)
                    .log();
            waiting.add(NamedThreads.start("listen/" + name, () -> retry(settings, handler)));
        }
    }

    private void retry(HttpServerSettings settings, HttpHandler handler) {
        try {
            while (true) {
                ticks.sleep(RETRY);
                try {
                    HttpServer server = HttpServer.start(settings, handler);
                    keep(server);
                    return;
                } catch (IOException e) {
                    log.debug("Listening for {}: {}", settings.name(), e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            log.debug("No longer trying to listen for {}", settings.name());
        }
    }

    private synchronized void keep(HttpServer server) {
        log.info("Listening on {}", server.address());
        servers.add(server);
    }

    @Override
    public synchronized void close() {
        waiting.forEach(Thread::interrupt);
        servers.forEach(HttpServer::close);
    }
}
