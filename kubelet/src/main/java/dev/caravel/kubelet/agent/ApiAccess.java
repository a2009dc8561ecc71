package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletFlags;
import dev.caravel.daemon.api.ApiMetrics;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.ApiSettings;
import dev.caravel.daemon.api.HttpApiClient;
import dev.caravel.daemon.bootstrap.ClientCertificateWatch;
import dev.caravel.daemon.bootstrap.CredentialFiles;
import dev.caravel.daemon.bootstrap.NodeCredentials;
import dev.caravel.daemon.cert.CertificateRotation;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to the API server: one client for everything, one without rate limit for heartbeats, one
 * for events. All show the node's certificate and follow its rotation (contract §6.4).
 */
final class ApiAccess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ApiAccess.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SIGNATURE_POLL = Duration.ofMillis(20);

    /**
     * A signature comes within a second where requests are approved by themselves; waiting for it
     * spares every loop a round of refusals. Static pods must not wait for an administrator.
     */
    private static final Duration SIGNATURE_WAIT = Duration.ofSeconds(10);

    private final Parts parts = new Parts();
    private final HttpApiClient main;
    private final HttpApiClient heartbeat;
    private final HttpApiClient events;

    private ApiAccess(NodeCredentials credentials, KubeletConfiguration config) throws IOException {
        parts.keep(credentials);
        main = open(credentials, "api", config.kubeAPIQPS(), config.kubeAPIBurst(), TIMEOUT);
        heartbeat = open(credentials, "heartbeat", 0, 1, HEARTBEAT_TIMEOUT);
        events = open(credentials, "events", config.eventRecordQPS(), config.eventBurst(), TIMEOUT);
    }

    private HttpApiClient open(
            NodeCredentials credentials, String name, double qps, int burst, Duration timeout)
            throws IOException {
        return parts.keep(
                credentials.open(
                        new ApiSettings(
                                name, ApiSettings.userAgent("kubelet"), qps, burst, timeout)));
    }

    HttpApiClient main() {
        return main;
    }

    ApiRequests heartbeat() {
        return heartbeat.requests();
    }

    ApiRequests events() {
        return events.requests();
    }

    /** Two heartbeats in a row failed: the connection may be dead. */
    void reconnect() {
        main.reconnect("heartbeats fail");
        heartbeat.reconnect("heartbeats fail");
    }

    /**
     * Opens the way.
     *
     * @param fatal ends the process when only new credentials can help (contract §1.4)
     */
    static ApiAccess open(
            KubeletFlags flags,
            KubeletConfiguration config,
            String nodeName,
            Metrics metrics,
            Consumer<String> fatal,
            Ticks ticks)
            throws IOException, InterruptedException {
        Path kubeconfig = flags.kubeconfig().orElseThrow();
        CredentialFiles files =
                new CredentialFiles(kubeconfig, flags.bootstrapKubeconfig(), flags.certDir());
        ApiMetrics apiMetrics = ApiMetrics.in(metrics);
        if (!config.rotateCertificates()) {
            return new ApiAccess(NodeCredentials.fixed(files, nodeName, apiMetrics, ticks), config);
        }
        NodeCredentials credentials =
                NodeCredentials.rotating(files, nodeName, metrics, apiMetrics, ticks);
        CertificateRotation rotation = credentials.rotation().orElseThrow();
        awaitSignature(rotation, ticks);
        ApiAccess access = new ApiAccess(credentials, config);
        access.parts.keep(ClientCertificateWatch.start(rotation, fatal, ticks));
        return access;
    }

    private static void awaitSignature(CertificateRotation rotation, Ticks ticks)
            throws InterruptedException {
        long limit = ticks.nanos() + SIGNATURE_WAIT.toNanos();
        while (rotation.current().isEmpty()) {
            if (ticks.nanos() - limit > 0) {
                log.warn(
                        "The node's certificate signing request is not signed after {} s; starting without. Is it approved? kubectl get csr tells",
                        SIGNATURE_WAIT.toSeconds());
                return;
            }
            ticks.sleep(SIGNATURE_POLL);
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
