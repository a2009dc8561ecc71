package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletFlags;
import dev.caravel.daemon.api.ApiMetrics;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.ApiSettings;
import dev.caravel.daemon.api.HttpApiClient;
import dev.caravel.daemon.api.Kubeconfig;
import dev.caravel.daemon.api.KubeconfigFile;
import dev.caravel.daemon.api.PemSource;
import dev.caravel.daemon.cert.BootstrapKubeconfig;
import dev.caravel.daemon.cert.BootstrapPlan;
import dev.caravel.daemon.cert.CertificateRotation;
import dev.caravel.daemon.cert.CertificateStore;
import dev.caravel.daemon.cert.CertificateSubject;
import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.NodeBootstrap;
import dev.caravel.daemon.cert.Pem;
import dev.caravel.daemon.cert.RotationMetrics;
import dev.caravel.daemon.cert.Signer;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to the API server: one client for everything, one without rate limit for heartbeats, one
 * for events. Gets the node's certificate by bootstrap where there is none and keeps it fresh
 * (contract §6.4).
 */
final class ApiAccess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ApiAccess.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(10);

    private final HttpApiClient main;
    private final HttpApiClient heartbeat;
    private final HttpApiClient events;
    private final Optional<CertificateRotation> rotation;

    private ApiAccess(
            HttpApiClient main,
            HttpApiClient heartbeat,
            HttpApiClient events,
            Optional<CertificateRotation> rotation) {
        this.main = main;
        this.heartbeat = heartbeat;
        this.events = events;
        this.rotation = rotation;
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

    /** Opens the way; waits for the certificate to be signed if the node has none. */
    static ApiAccess open(
            KubeletFlags flags,
            KubeletConfiguration config,
            String nodeName,
            Metrics metrics,
            Ticks ticks)
            throws IOException, InterruptedException {
        Path file = flags.kubeconfig().orElseThrow();
        ApiMetrics apiMetrics = ApiMetrics.in(metrics);
        Opening opening =
                new Opening(
                        flags,
                        config,
                        nodeName,
                        metrics,
                        apiMetrics,
                        ticks,
                        new AtomicReference<>());
        Optional<CertificateRotation> rotation = opening.identity(file);
        Kubeconfig kubeconfig = KubeconfigFile.read(file);
        HttpApiClient main =
                HttpApiClient.open(
                        kubeconfig,
                        settings("api", config.kubeAPIQPS(), config.kubeAPIBurst(), TIMEOUT),
                        apiMetrics,
                        ticks);
        HttpApiClient heartbeat =
                HttpApiClient.open(
                        kubeconfig,
                        settings("heartbeat", 0, 1, HEARTBEAT_TIMEOUT),
                        apiMetrics,
                        ticks);
        HttpApiClient events =
                HttpApiClient.open(
                        kubeconfig,
                        settings("events", config.eventRecordQPS(), config.eventBurst(), TIMEOUT),
                        apiMetrics,
                        ticks);
        ApiAccess access = new ApiAccess(main, heartbeat, events, rotation);
        opening.opened.set(access);
        return access;
    }

    private static ApiSettings settings(String name, double qps, int burst, Duration timeout) {
        return new ApiSettings(name, ApiSettings.userAgent("kubelet"), qps, burst, timeout);
    }

    private void rotated() {
        main.reconnect("the client certificate was rotated");
        heartbeat.reconnect("the client certificate was rotated");
        events.reconnect("the client certificate was rotated");
    }

    /** What opening works with. */
    private record Opening(
            KubeletFlags flags,
            KubeletConfiguration config,
            String nodeName,
            Metrics metrics,
            ApiMetrics apiMetrics,
            Ticks ticks,
            AtomicReference<ApiAccess> opened) {

        /** Sees to it that the kubeconfig leads to a valid certificate. */
        Optional<CertificateRotation> identity(Path file) throws IOException, InterruptedException {
            Optional<Path> bootstrapFile = flags.bootstrapKubeconfig();
            BootstrapPlan plan =
                    BootstrapPlan.decide(
                            bootstrapFile.isPresent(), certificates(file), ticks.now());
            Optional<HttpApiClient> bootstrap = Optional.empty();
            if (plan instanceof BootstrapPlan.Bootstrap why) {
                log.info("Bootstrapping the node's identity: {}", why.why());
                Kubeconfig source = KubeconfigFile.read(bootstrapFile.orElseThrow());
                bootstrap =
                        Optional.of(
                                HttpApiClient.open(
                                        source,
                                        settings("bootstrap", 0, 1, TIMEOUT),
                                        apiMetrics,
                                        ticks));
                CertificateStore store =
                        CertificateStore.open(flags.certDir(), "kubelet-client", ticks.clock());
                write(source, store.currentPath(), file);
                if (!config.rotateCertificates()) {
                    new NodeBootstrap(flags.certDir(), store, ticks)
                            .obtain(bootstrap.get().requests(), nodeName);
                }
            }
            return config.rotateCertificates() && ownCertificate(file)
                    ? Optional.of(rotate(bootstrap))
                    : Optional.empty();
        }

        /** Only a certificate the kubelet keeps itself can be rotated. */
        private boolean ownCertificate(Path file) throws IOException {
            return KubeconfigFile.read(file)
                    .certificate()
                    .flatMap(c -> c.chain().file())
                    .filter(p -> p.toAbsolutePath().startsWith(flags.certDir().toAbsolutePath()))
                    .isPresent();
        }

        private CertificateRotation rotate(Optional<HttpApiClient> bootstrap)
                throws IOException, InterruptedException {
            CertificateStore store =
                    CertificateStore.open(flags.certDir(), "kubelet-client", ticks.clock());
            CertificateRotation rotation =
                    CertificateRotation.start(
                            new CertificateRotation.Settings(
                                    "client",
                                    Signer.KUBELET_CLIENT,
                                    () -> Optional.of(CertificateSubject.nodeClient(nodeName)),
                                    store,
                                    _ -> requests(bootstrap),
                                    _ ->
                                            Optional.ofNullable(opened.get())
                                                    .ifPresent(ApiAccess::rotated),
                                    RotationMetrics.client(metrics)),
                            store.current(),
                            ticks);
            while (rotation.current().isEmpty()) {
                ticks.sleep(Duration.ofMillis(20));
            }
            return rotation;
        }

        private ApiRequests requests(Optional<HttpApiClient> bootstrap) {
            ApiAccess access = opened.get();
            if (access != null) {
                return access.main.requests();
            }
            return bootstrap
                    .orElseThrow(() -> new IllegalStateException("the API client is not open yet"))
                    .requests();
        }

        private static Optional<List<X509Certificate>> certificates(Path file) {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            try {
                Kubeconfig config = KubeconfigFile.read(file);
                Optional<Kubeconfig.ClientCertificate> pair = config.certificate();
                if (pair.isEmpty()) {
                    return Optional.empty();
                }
                KeyMaterial material =
                        Pem.keyMaterial(bytes(pair.get().chain()), bytes(pair.get().key()));
                return Optional.of(material.chain());
            } catch (IOException | java.security.GeneralSecurityException e) {
                log.info("{} leads to no usable certificate: {}", file, e.getMessage());
                return Optional.empty();
            }
        }

        private static byte[] bytes(PemSource source) throws IOException {
            return switch (source) {
                case PemSource.Inline inline ->
                        inline.pem().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                case PemSource.File f -> Files.readAllBytes(f.path());
            };
        }

        private static void write(Kubeconfig source, Path pem, Path file) throws IOException {
            Optional<String> caFile =
                    source.authority().flatMap(PemSource::file).map(Path::toString);
            String caData =
                    source.authority()
                            .filter(PemSource.Inline.class::isInstance)
                            .map(a -> ((PemSource.Inline) a).pem())
                            .orElse("");
            new BootstrapKubeconfig(
                            source.server().toString(), source.insecure(), caFile, caData, pem)
                    .write(file);
        }
    }

    @Override
    public void close() {
        rotation.ifPresent(CertificateRotation::close);
        events.close();
        main.close();
        heartbeat.close();
    }
}
