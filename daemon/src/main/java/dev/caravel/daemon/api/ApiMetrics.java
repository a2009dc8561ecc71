package dev.caravel.daemon.api;

import dev.caravel.daemon.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.List;

/**
 * client-go's metrics, shared by all clients of a process.
 *
 * @param requests by status code ({@code <error>} without an answer), method and host
 * @param durations of requests until the head of the answer
 * @param limiterDurations how long requests waited for the rate limit
 */
public record ApiMetrics(Counter requests, Histogram durations, Histogram limiterDurations) {
    private static final List<Double> SECONDS =
            List.of(0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0);

    /** Declares them. */
    public static ApiMetrics in(Metrics metrics) {
        return new ApiMetrics(
                metrics.counter(
                        "rest_client_requests_total",
                        "Number of HTTP requests, partitioned by status code, method, and host.",
                        "code",
                        "method",
                        "host"),
                metrics.histogram(
                        "rest_client_request_duration_seconds",
                        "Request latency in seconds. Broken down by verb, and host.",
                        SECONDS,
                        "verb",
                        "host"),
                metrics.histogram(
                        "rest_client_rate_limiter_duration_seconds",
                        "Client side rate limiter latency in seconds. Broken down by verb, and host.",
                        SECONDS,
                        "verb",
                        "host"));
    }

    void answered(String code, String method, String host, long nanos) {
        requests.labelValues(code, method, host).inc();
        durations.labelValues(method, host).observe(nanos / 1e9);
    }

    void waited(String method, String host, Duration wait) {
        limiterDurations.labelValues(method, host).observe(wait.toNanos() / 1e9);
    }
}
