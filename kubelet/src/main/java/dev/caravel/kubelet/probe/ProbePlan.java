package dev.caravel.kubelet.probe;

import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.Optional;

/**
 * One probe of one container with its defaults filled in (contract §5.6).
 *
 * @param spec the handler: exec, httpGet, tcpSocket or grpc
 * @param grace the probe's own terminationGracePeriodSeconds
 */
record ProbePlan(
        ProbeKind kind,
        Probe spec,
        Duration initialDelay,
        Duration timeout,
        Duration period,
        int successThreshold,
        int failureThreshold,
        Optional<Duration> grace) {

    static ProbePlan of(ProbeKind kind, Probe p) {
        return new ProbePlan(
                kind,
                p,
                seconds(p.getInitialDelaySeconds(), 0),
                seconds(p.getTimeoutSeconds(), 1),
                seconds(p.getPeriodSeconds(), 10),
                positive(p.getSuccessThreshold(), 1),
                positive(p.getFailureThreshold(), 3),
                Optional.ofNullable(p.getTerminationGracePeriodSeconds()).map(Duration::ofSeconds));
    }

    private static Duration seconds(Integer value, int otherwise) {
        boolean usable = value != null && (value > 0 || otherwise == 0);
        return Duration.ofSeconds(usable ? Math.max(0, value) : otherwise);
    }

    private static int positive(Integer value, int otherwise) {
        return value == null || value <= 0 ? otherwise : value;
    }
}
