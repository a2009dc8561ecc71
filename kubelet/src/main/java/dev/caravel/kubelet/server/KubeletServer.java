package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.http.TlsSettings;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet's HTTPS API and, if configured, its read-only port (contract §3). Every request to
 * the former passes authentication and authorization; what people do to containers leaves an audit
 * line.
 */
public final class KubeletServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KubeletServer.class);

    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final ServerRoutes routes;
    private final AuditLog audit;
    private final HttpServer server;
    private final Optional<HttpServer> readOnly;

    /**
     * Starts listening.
     *
     * @param api asked about tokens and rights; empty in standalone mode
     * @param routes closed with the server
     * @throws IOException when a port cannot be had
     */
    public KubeletServer(
            KubeletConfiguration config,
            String nodeName,
            TlsSettings tls,
            Optional<ApiRequests> api,
            ServerRoutes routes,
            Metrics metrics,
            Ticks ticks)
            throws IOException {
        HttpMetrics counts = new HttpMetrics(metrics, ticks);
        this.authenticator = new Authenticator(config.authentication(), tls.clientCa(), api, ticks);
        this.authorizer = new Authorizer(config.authorization(), api, nodeName, ticks);
        this.routes = routes;
        this.audit = new AuditLog(ticks);
        InetSocketAddress address = new InetSocketAddress(config.address(), config.port());
        this.server =
                HttpServer.start(
                        HttpServerSettings.of("kubelet", address, Optional.of(tls)),
                        counts.around("readwrite", this::handle));
        this.readOnly = readOnly(config, counts);
    }

    private Optional<HttpServer> readOnly(KubeletConfiguration config, HttpMetrics counts)
            throws IOException {
        if (config.readOnlyPort() == 0) {
            return Optional.empty();
        }
        InetSocketAddress address = new InetSocketAddress(config.address(), config.readOnlyPort());
        try {
            return Optional.of(
                    HttpServer.start(
                            HttpServerSettings.of("read-only", address, Optional.empty()),
                            counts.around("readonly", routes.base())));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Where the HTTPS API listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** Where the read-only port listens. */
    public Optional<InetSocketAddress> readOnlyAddress() {
        return readOnly.map(HttpServer::address);
    }

    private void handle(HttpExchange x) throws Exception {
        Optional<User> user = authenticator.authenticate(x.peerCertificates(), x.headers());
        if (user.isEmpty()) {
            // Without the port: who tries often fills one line, not the log.
            log.info(
                    "Unauthorized: {} {} from {}",
                    x.method(),
                    x.path(),
                    x.remoteAddress().getAddress().getHostAddress());
            x.respondText(401, "Unauthorized");
            return;
        }
        String verb = Subresources.verb(x.method());
        List<String> subresources = Subresources.of(x.path());
        switch (authorizer.decide(user.get(), verb, subresources)) {
            case Authorizer.Decision.Allowed _ -> serve(x, user.get());
            case Authorizer.Decision.Failed(String text) -> x.respondText(500, text);
            case Authorizer.Decision.Denied(String text) -> {
                log.info(
                        "Forbidden: {} {} for {} (nodes/{})",
                        x.method(),
                        x.path(),
                        user.get().name(),
                        String.join(", nodes/", subresources));
                x.respondText(403, text);
            }
        }
    }

    private void serve(HttpExchange x, User user) throws Exception {
        if (AuditLog.covers(x)) {
            audit.around(x, user, routes.all());
        } else {
            routes.all().handle(x);
        }
    }

    /** Lets only some methods through; the others get 405 with the list. */
    public static HttpHandler only(Set<String> methods, HttpHandler handler) {
        return x -> {
            if (methods.contains(x.method())) {
                handler.handle(x);
            } else {
                x.addHeader("Allow", String.join(", ", methods.stream().sorted().toList()));
                x.respondText(405, "405: Method Not Allowed");
            }
        };
    }

    /** Stops listening and ends what is still being served. */
    @Override
    public void close() {
        readOnly.ifPresent(HttpServer::close);
        server.close();
        routes.close();
    }
}
