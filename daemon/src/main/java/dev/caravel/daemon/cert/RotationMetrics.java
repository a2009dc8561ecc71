package dev.caravel.daemon.cert;

import dev.caravel.daemon.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Upstream's metrics of certificate rotation (kubelet.md §9.2).
 *
 * @param failures one for each request that brought no certificate
 * @param ages how old certificates were when replaced; upstream has it for serving only
 */
public record RotationMetrics(CounterDataPoint failures, Optional<Histogram> ages) {
    private static final List<Double> AGE_BUCKETS =
            List.of(
                    60.0,
                    3600.0,
                    14400.0,
                    86400.0,
                    604800.0,
                    2592000.0,
                    7776000.0,
                    15552000.0,
                    31104000.0,
                    124416000.0);

    /** Declares the metrics of the client certificate. */
    public static RotationMetrics client(Metrics metrics) {
        return new RotationMetrics(
                metrics.counter(
                        "kubelet_certificate_manager_client_expiration_renew_errors",
                        "Counter of certificate renewal errors."),
                Optional.empty());
    }

    /** Declares the metrics of the serving certificate. */
    public static RotationMetrics serving(Metrics metrics) {
        return new RotationMetrics(
                metrics.counter(
                        "kubelet_server_expiration_renew_errors",
                        "Counter of certificate renewal errors."),
                Optional.of(
                        metrics.histogram(
                                "kubelet_certificate_manager_server_rotation_seconds",
                                "Histogram of the number of seconds the previous certificate lived"
                                        + " before being rotated.",
                                AGE_BUCKETS)));
    }

    /**
     * Declares {@code kubelet_certificate_manager_KIND_ttl_seconds}, read at each scrape; infinite
     * without a certificate.
     *
     * @param kind {@code client} or {@code server}
     */
    public static void ttl(
            Metrics metrics,
            String kind,
            Supplier<Optional<KeyMaterial>> current,
            Supplier<Instant> now) {
        String whose = kind.equals("server") ? "serving" : kind;
        metrics.gauge(
                "kubelet_certificate_manager_" + kind + "_ttl_seconds",
                "Gauge of the TTL (time-to-live) of the Kubelet's "
                        + whose
                        + " certificate. The"
                        + " value is in seconds until certificate expiry (negative if already"
                        + " expired). If "
                        + whose
                        + " certificate is invalid or unused, the value"
                        + " will be +INF.",
                () -> ttl(current.get(), now.get()));
    }

    static double ttl(Optional<KeyMaterial> current, Instant now) {
        return current.map(material -> material.leaf().getNotAfter().toInstant())
                .map(end -> (double) Duration.between(now, end).toSeconds())
                .orElse(Double.POSITIVE_INFINITY);
    }

    void age(Duration age) {
        ages.ifPresent(histogram -> histogram.observe(age.toMillis() / 1000.0));
    }
}
