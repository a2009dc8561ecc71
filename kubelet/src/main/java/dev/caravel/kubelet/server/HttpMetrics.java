package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Set;

/**
 * Counts requests by what they are about (contract §9.2). No label holds anything a client may
 * choose freely.
 */
final class HttpMetrics {

    private static final String[] LABELS = {"method", "path", "server_type", "long_running"};
    private static final String OTHER = "other";

    private static final Set<String> METHODS =
            Set.of("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT");

    private static final Set<String> PATHS =
            Set.of(
                    "healthz",
                    "pods",
                    "stats",
                    "metrics",
                    "metrics/cadvisor",
                    "metrics/probes",
                    "metrics/resource",
                    "run",
                    "exec",
                    "attach",
                    "portForward",
                    "containerLogs",
                    "configz",
                    "runningpods",
                    "checkpoint",
                    "logs",
                    "debug");

    private static final Set<String> LONG = Set.of("exec", "attach", "debug");

    private final Counter requests;
    private final Histogram durations;
    private final Gauge running;
    private final Ticks ticks;

    HttpMetrics(Metrics metrics, Ticks ticks) {
        requests =
                metrics.counter(
                        "kubelet_http_requests_total",
                        "Number of the http requests received since the server started",
                        LABELS);
        durations =
                metrics.histogram(
                        "kubelet_http_requests_duration_seconds",
                        "Duration in seconds to serve http requests",
                        Metrics.DEFAULT_BUCKETS,
                        LABELS);
        running =
                metrics.gauge(
                        "kubelet_http_inflight_requests",
                        "Number of the inflight http requests",
                        LABELS);
        this.ticks = ticks;
    }

    /**
     * Counts what {@code handler} gets.
     *
     * @param serverType {@code readonly} or {@code readwrite}
     */
    HttpHandler around(String serverType, HttpHandler handler) {
        return x -> count(x, serverType, handler);
    }

    private void count(HttpExchange x, String serverType, HttpHandler handler) throws Exception {
        String path = path(x.path());
        String[] labels = {
            METHODS.contains(x.method()) ? x.method() : OTHER,
            path,
            serverType,
            Boolean.toString(LONG.contains(path))
        };
        requests.labelValues(labels).inc();
        running.labelValues(labels).inc();
        long begin = ticks.nanos();
        try {
            handler.handle(x);
        } finally {
            durations.labelValues(labels).observe((ticks.nanos() - begin) / 1e9);
            running.labelValues(labels).dec();
        }
    }

    /** The first segment of a path, two below {@code /metrics}; one name for all the rest. */
    static String path(String path) {
        String first = Subresources.segment(path);
        String bucket = first;
        if (first.equals("metrics") && path.startsWith("/metrics/")) {
            int end = path.indexOf('/', "/metrics/".length());
            bucket = path.substring(1, end < 0 ? path.length() : end);
        }
        return PATHS.contains(bucket) ? bucket : OTHER;
    }
}
