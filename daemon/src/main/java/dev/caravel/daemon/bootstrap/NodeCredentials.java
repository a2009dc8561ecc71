package dev.caravel.daemon.bootstrap;

import dev.caravel.daemon.api.ApiMetrics;
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
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of the node before the API server (kubelet.md §1.7, §6.4). With rotation it may
 * begin without a certificate, which is then obtained in the background.
 */
public final class NodeCredentials implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCredentials.class);
    private static final String PAIR = "kubelet-client";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Kubeconfig config;
    private final ApiMetrics apiMetrics;
    private final Ticks ticks;
    private final Optional<CertificateRotation> rotation;
    private final List<HttpApiClient> signing;

    private NodeCredentials(
            Kubeconfig config,
            ApiMetrics apiMetrics,
            Ticks ticks,
            Optional<CertificateRotation> rotation,
            List<HttpApiClient> signing) {
        this.config = config;
        this.apiMetrics = apiMetrics;
        this.ticks = ticks;
        this.rotation = rotation;
        this.signing = List.copyOf(signing);
    }

    /**
     * Establishes an identity that does not rotate: bootstraps first if need be, which waits for a
     * signature for up to an hour.
     *
     * @throws IOException when there is no way to an identity, which refuses the start
     */
    public static NodeCredentials fixed(
            CredentialFiles files, String nodeName, ApiMetrics apiMetrics, Ticks ticks)
            throws IOException, InterruptedException {
        if (plan(files, ticks) instanceof BootstrapPlan.Bootstrap bootstrap) {
            LOG.info("Bootstrapping: {}", bootstrap.why());
            Kubeconfig given = KubeconfigFile.read(files.bootstrapKubeconfig().orElseThrow());
            CertificateStore store =
                    CertificateStore.open(files.certificates(), PAIR, ticks.clock());
            try (HttpApiClient client = client(given, "bootstrap", apiMetrics, ticks)) {
                new NodeBootstrap(files.certificates(), store, ticks)
                        .obtain(client.requests(), nodeName);
            }
            write(files, given, store);
        }
        Kubeconfig config = KubeconfigFile.read(files.kubeconfig());
        return new NodeCredentials(config, apiMetrics, ticks, Optional.empty(), List.of());
    }

    /**
     * Establishes an identity that rotates. kubelet.conf is written before the certificate it names
     * exists: kubeadm waits for both.
     *
     * @throws IOException when neither kubelet.conf nor bootstrap credentials can be used
     */
    public static NodeCredentials rotating(
            CredentialFiles files,
            String nodeName,
            Metrics metrics,
            ApiMetrics apiMetrics,
            Ticks ticks)
            throws IOException {
        CertificateStore store = CertificateStore.open(files.certificates(), PAIR, ticks.clock());
        Kubeconfig first;
        Kubeconfig config;
        Optional<KeyMaterial> initial = Optional.empty();
        if (plan(files, ticks) instanceof BootstrapPlan.Bootstrap bootstrap) {
            LOG.info("Bootstrapping in the background: {}", bootstrap.why());
            first = KubeconfigFile.read(files.bootstrapKubeconfig().orElseThrow());
            config = first.anonymous();
            write(files, first, store);
        } else {
            first = KubeconfigFile.read(files.kubeconfig());
            config = first.anonymous();
            initial = embedded(first, store);
        }
        Rotating identity = new Rotating();
        HttpApiClient bootstrapping = client(first, "bootstrap", apiMetrics, ticks);
        HttpApiClient own =
                HttpApiClient.open(
                        config, settings("certificates"), apiMetrics, ticks, identity::current);
        CertificateRotation rotation =
                CertificateRotation.start(
                        new CertificateRotation.Settings(
                                "client",
                                Signer.KUBELET_CLIENT,
                                () -> Optional.of(CertificateSubject.nodeClient(nodeName)),
                                store,
                                current ->
                                        current.isPresent()
                                                ? own.requests()
                                                : bootstrapping.requests(),
                                material -> LOG.debug("API connections will use {}", material),
                                RotationMetrics.client(metrics)),
                        initial,
                        ticks);
        identity.rotation = Optional.of(rotation);
        RotationMetrics.ttl(metrics, "client", rotation::current, ticks::now);
        return new NodeCredentials(
                config, apiMetrics, ticks, Optional.of(rotation), List.of(bootstrapping, own));
    }

    /** The certificate of a rotation that is about to exist. */
    private static final class Rotating {
        private volatile Optional<CertificateRotation> rotation = Optional.empty();

        Optional<KeyMaterial> current() {
            return rotation.flatMap(CertificateRotation::current);
        }
    }

    private static BootstrapPlan plan(CredentialFiles files, Ticks ticks) {
        Optional<List<X509Certificate>> chain = Optional.empty();
        if (files.bootstrapKubeconfig().isPresent()) {
            try {
                chain = chain(KubeconfigFile.read(files.kubeconfig()));
            } catch (IOException | CertificateException e) {
                LOG.info("{} cannot be used: {}", files.kubeconfig(), e.toString());
            }
        }
        return BootstrapPlan.decide(files.bootstrapKubeconfig().isPresent(), chain, ticks.now());
    }

    private static Optional<List<X509Certificate>> chain(Kubeconfig config)
            throws IOException, CertificateException {
        if (config.certificate().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Pem.certificates(config.certificate().get().chain().read()));
    }

    /**
     * The certificate kubelet.conf itself carries, as kubeadm leaves it on control planes, unless
     * that is the rotated one.
     */
    private static Optional<KeyMaterial> embedded(Kubeconfig config, CertificateStore store)
            throws IOException {
        if (config.certificate().isEmpty()) {
            return Optional.empty();
        }
        Kubeconfig.ClientCertificate given = config.certificate().get();
        if (given.chain().file().filter(store.currentPath()::equals).isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pem.keyMaterial(given.chain().read(), given.key().read()));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "client certificate " + given.chain() + " of the kubeconfig: " + e.getMessage(),
                    e);
        }
    }

    private static void write(CredentialFiles files, Kubeconfig given, CertificateStore store)
            throws IOException {
        String inline = "";
        Optional<String> file = Optional.empty();
        if (given.authority().isPresent()) {
            PemSource authority = given.authority().get();
            file = authority.file().map(Object::toString);
            if (file.isEmpty()) {
                inline = new String(authority.read(), StandardCharsets.US_ASCII);
            }
        }
        new BootstrapKubeconfig(
                        given.server().toString(),
                        given.insecure(),
                        file,
                        inline,
                        store.currentPath())
                .write(files.kubeconfig());
    }

    private static ApiSettings settings(String name) {
        return new ApiSettings(name, ApiSettings.userAgent("kubelet"), 0, 0, TIMEOUT);
    }

    private static HttpApiClient client(
            Kubeconfig config, String name, ApiMetrics apiMetrics, Ticks ticks) throws IOException {
        return HttpApiClient.open(config, settings(name), apiMetrics, ticks);
    }

    /**
     * Opens a client with this identity; it follows every rotation.
     *
     * @throws IOException when the kubeconfig's authority cannot be used
     */
    public HttpApiClient open(ApiSettings settings) throws IOException {
        if (rotation.isPresent()) {
            return HttpApiClient.open(config, settings, apiMetrics, ticks, rotation.get()::current);
        }
        return HttpApiClient.open(config, settings, apiMetrics, ticks);
    }

    /** The rotation of the client certificate, if it rotates. */
    public Optional<CertificateRotation> rotation() {
        return rotation;
    }

    @Override
    public void close() {
        rotation.ifPresent(CertificateRotation::close);
        signing.forEach(HttpApiClient::close);
    }
}
