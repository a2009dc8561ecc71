package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.http.ClientCa;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.http.TlsSettings;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet's HTTPS API (contract §3). Every request passes authentication and authorization;
 * what people do to containers leaves an audit line.
 */
public final class KubeletServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KubeletServer.class);

    private static final Set<String> AUDITED =
            Set.of("exec", "attach", "portForward", "containerLogs", "run");

    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final Routes routes;
    private final Ticks ticks;
    private final HttpServer server;

    /**
     * Starts listening.
     *
     * @param api asked about tokens and rights; empty in standalone mode
     * @throws IOException when the port cannot be had
     */
    public KubeletServer(
            KubeletConfiguration config,
            String nodeName,
            TlsSettings tls,
            Optional<ApiRequests> api,
            Routes routes,
            Ticks ticks)
            throws IOException {
        Optional<ClientCa> ca = tls.clientCa();
        this.authenticator = new Authenticator(config.authentication(), ca, api, ticks);
        this.authorizer = new Authorizer(config.authorization(), api, nodeName, ticks);
        this.routes = routes;
        this.ticks = ticks;
        InetSocketAddress address = new InetSocketAddress(config.address(), config.port());
        this.server =
                HttpServer.start(
                        HttpServerSettings.of("kubelet", address, Optional.of(tls)), this::handle);
    }

    private void handle(HttpExchange x) throws Exception {
        Optional<User> user = authenticator.authenticate(x);
        if (user.isEmpty()) {
            x.respondText(401, "Unauthorized");
            return;
        }
        List<String> subresources = Subresources.of(x.path());
        String verb = Subresources.verb(x.method());
        boolean allowed;
        try {
            allowed = authorizer.allows(user.get(), verb, subresources);
        } catch (IOException e) {
            log.warn(
                    "Asking whether {} may {} {} failed: {}",
                    user.get().name(),
                    verb,
                    x.path(),
                    e.getMessage());
            x.respondText(500, "Internal error occurred: authorization could not be checked");
            return;
        }
        if (!allowed) {
            x.respondText(
                    403,
                    "Forbidden (user="
                            + user.get().name()
                            + ", verb="
                            + verb
                            + ", resource=nodes, subresource(s)=["
                            + String.join(" ", subresources)
                            + "])");
            return;
        }
        serve(x, user.get());
    }

    private void serve(HttpExchange x, User user) throws Exception {
        String first = x.path().split("/", 3)[1];
        if (!AUDITED.contains(first)) {
            routes.handle(x);
            return;
        }
        long begin = ticks.nanos();
        try {
            routes.handle(x);
        } finally {
            log.info(
                    "Audit: user={} from={} {} {} took={} ms",
                    user.name(),
                    x.remoteAddress().getAddress().getHostAddress(),
                    x.method(),
                    x.path(),
                    (ticks.nanos() - begin) / 1_000_000);
        }
    }

    /** Lets only some methods through; the others get 405 with the list. */
    public static HttpHandler only(Set<String> methods, HttpHandler handler) {
        return x -> {
            if (methods.contains(x.method())) {
                handler.handle(x);
            } else {
                x.addHeader("Allow", String.join(", ", methods.stream().sorted().toList()));
                x.respondText(405, "Method Not Allowed\n");
            }
        };
    }

    @Override
    public void close() {
        server.close();
    }
}
