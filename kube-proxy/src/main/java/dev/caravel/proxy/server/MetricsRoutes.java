package dev.caravel.proxy.server;

import dev.caravel.config.gates.Gate;
import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.config.proxy.KubeProxySettings;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.log.Logging;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.metrics.MetricsHandler;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.HealthIndicators;
import dev.caravel.daemon.run.HealthzHandler;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.daemon.zpages.Flagz;
import dev.caravel.daemon.zpages.Statusz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** What the metrics port serves (kube-proxy.md §9.4). */
final class MetricsRoutes {
    private static final String NAME = "kube-proxy";

    /** A verbosity is one or two digits. */
    private static final int MAX_VERBOSITY_BYTES = 16;

    private MetricsRoutes() {}

    static Routes of(
            KubeProxySettings.Loaded settings, Metrics metrics, Logging logging, Ticks ticks) {
        KubeProxyConfiguration config = settings.config();
        HealthIndicators indicators = new HealthIndicators();
        HealthCheck ping = indicators.counted("healthz", HealthCheck.PING);
        Routes routes =
                new HealthzHandler("healthz", List.of(ping))
                        .addTo(Routes.none())
                        .with("/metrics", new MetricsHandler(metrics))
                        .with("/metrics/slis", new MetricsHandler(indicators.metrics()))
                        .with("/proxyMode", x -> x.respondText(200, config.mode().wireName()))
                        .with("/configz", x -> configz(x, config));
        if (config.enableProfiling()) {
            routes = routes.with("/debug/flags/v", x -> verbosity(x, logging));
        }
        if (settings.gates().enabled(Gate.ComponentFlagz)) {
            routes = routes.with("/flagz", Flagz.of(NAME, settings.shownFlags()));
        }
        return settings.gates().enabled(Gate.ComponentStatusz)
                ? routes.with("/statusz", Statusz.of(NAME, started(), routes, ticks))
                : routes;
    }

    private static Instant started() {
        return ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
    }

    private static void configz(HttpExchange exchange, KubeProxyConfiguration config)
            throws IOException {
        String body = "{\"kubeproxy.config.k8s.io\":" + config.toJson().strip() + "}";
        exchange.addHeader("X-Content-Type-Options", "nosniff");
        exchange.respond(200, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static void verbosity(HttpExchange exchange, Logging logging) throws IOException {
        if (!exchange.method().equals("PUT")) {
            exchange.respondText(405, "unrecognized http method " + exchange.method() + "\n");
            return;
        }
        String text =
                new String(exchange.body().readNBytes(MAX_VERBOSITY_BYTES), StandardCharsets.UTF_8)
                        .strip();
        try {
            logging.verbosity(Integer.parseInt(text));
            exchange.respondText(200, "successfully set klog.logging.verbosity to " + text);
        } catch (NumberFormatException e) {
            exchange.respondText(
                    400, "failed to set klog.logging.verbosity " + text + ": no number\n");
        }
    }
}
