package dev.caravel.proxy.health;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.ServiceKey;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health check node ports: one server a service, which tells a load balancer how many endpoints
 * of the service are on this node (kube-proxy.md §9.3). One server answers for both families, by
 * the family the client comes with, because a listener on every address takes both. Safe for
 * several threads.
 */
public final class ServiceHealth implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceHealth.class);
    private static final String JSON = "application/json";

    /** Told when a port cannot be listened on. */
    @FunctionalInterface
    public interface FailureListener {
        /** The port of the service cannot be listened on; {@code message} says why. */
        void failed(ServiceKey service, String message);
    }

    /**
     * What one family says about a service.
     *
     * @param port its health check node port
     * @param localEndpoints ready addresses on this node
     */
    public record Report(int port, int localEndpoints) {}

    private static final class Check {
        private final Map<IpFamily, Report> reports = new EnumMap<>(IpFamily.class);
        private final List<HttpServer> servers = new ArrayList<>();
        private int port;
        private String lastFailure = "";
    }

    private final Map<ServiceKey, Check> checks = new HashMap<>();
    private final String nodeName;
    private final List<IpAddress> addresses;
    private final BooleanSupplier proxyHealthy;
    private final FailureListener failures;

    /**
     * No ports yet.
     *
     * @param addresses where to listen; empty for every address
     */
    public ServiceHealth(
            String nodeName,
            List<IpAddress> addresses,
            BooleanSupplier proxyHealthy,
            FailureListener failures) {
        this.nodeName = nodeName;
        this.addresses = List.copyOf(addresses);
        this.proxyHealthy = proxyHealthy;
        this.failures = failures;
    }

    /**
     * Takes what a family says about a service now and opens or closes its port.
     *
     * @param report empty when the family needs no health check
     */
    public synchronized void report(IpFamily family, ServiceKey service, Optional<Report> report) {
        Check check = checks.get(service);
        if (check == null) {
            if (report.isEmpty()) {
                return;
            }
            check = new Check();
            checks.put(service, check);
        }
        report.ifPresentOrElse(
                value -> check(service).reports.put(family, value),
                () -> check(service).reports.remove(family));
        adapt(service, check);
    }

    private Check check(ServiceKey service) {
        return checks.computeIfAbsent(service, key -> new Check());
    }

    /** Tries ports again that could not be listened on. */
    public synchronized void retry() {
        checks.forEach((service, check) -> {
            if (check.servers.isEmpty()) {
                adapt(service, check);
            }
        });
    }

    private void adapt(ServiceKey service, Check check) {
        int wanted = check.reports.values().stream().mapToInt(Report::port).max().orElse(0);
        if (wanted != check.port) {
            close(service, check);
            check.port = wanted;
        }
        if (wanted == 0) {
            checks.remove(service, check);
        } else if (check.servers.isEmpty()) {
            open(service, check);
        }
    }

    private void open(ServiceKey service, Check check) {
        log.atInfo()
                .setMessage("Opening healthcheck")
                .addKeyValue("service", service)
                .addKeyValue("port", check.port)
                .log();
        try {
            for (InetSocketAddress address : listenOn(check.port)) {
                HttpServerSettings settings =
                        HttpServerSettings.of("health " + service, address, Optional.empty());
                check.servers.add(
                        HttpServer.start(settings, exchange -> answer(exchange, service)));
            }
            check.lastFailure = "";
        } catch (IOException e) {
            close(service, check);
            String message =
                    String.format(
                            "node %s failed to start healthcheck \"%s\" on port %d: %s",
                            nodeName, service, check.port, e.getMessage());
            if (!message.equals(check.lastFailure)) {
                check.lastFailure = message;
                log.atError()
                        .setMessage("Failed to start healthcheck. Trying again at the next sync")
                        .addKeyValue("node", nodeName)
                        .addKeyValue("service", service)
                        .addKeyValue("port", check.port)
                        .setCause(e)
                        .log();
                failures.failed(service, message);
            }
        }
    }

    private List<InetSocketAddress> listenOn(int port) throws IOException {
        if (addresses.isEmpty()) {
            return List.of(new InetSocketAddress(port));
        }
        List<InetSocketAddress> all = new ArrayList<>();
        for (IpAddress address : addresses) {
            all.add(new InetSocketAddress(InetAddress.getByAddress(address.bytes()), port));
        }
        return all;
    }

    private static void close(ServiceKey service, Check check) {
        if (!check.servers.isEmpty()) {
            log.atInfo()
                    .setMessage("Closing healthcheck")
                    .addKeyValue("service", service)
                    .addKeyValue("port", check.port)
                    .log();
            check.servers.forEach(HttpServer::close);
            check.servers.clear();
        }
    }

    private synchronized int localEndpoints(ServiceKey service, IpFamily family) {
        Check check = checks.get(service);
        Report report = check == null ? null : check.reports.get(family);
        return report == null ? 0 : report.localEndpoints();
    }

    private void answer(HttpExchange exchange, ServiceKey service) throws IOException {
        boolean v4 = exchange.remoteAddress().getAddress() instanceof Inet4Address;
        int count = localEndpoints(service, v4 ? IpFamily.IPV4 : IpFamily.IPV6);
        boolean healthy = proxyHealthy.getAsBoolean();
        String body =
                String.format(
                        """
                        {
                        \t"service": {
                        \t\t"namespace": "%s",
                        \t\t"name": "%s"
                        \t},
                        \t"localEndpoints": %d,
                        \t"serviceProxyHealthy": %b
                        }\
                        """,
                        service.namespace(), service.name(), count, healthy);
        exchange.addHeader("X-Content-Type-Options", "nosniff");
        exchange.addHeader("X-Load-Balancing-Endpoint-Weight", Integer.toString(count));
        exchange.respond(
                count > 0 && healthy ? 200 : 503, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Closes every port. */
    @Override
    public synchronized void close() {
        checks.forEach(ServiceHealth::close);
        checks.clear();
    }
}
