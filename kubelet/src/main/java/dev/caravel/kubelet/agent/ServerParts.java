package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletFlags;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.cert.CertificateRotation;
import dev.caravel.daemon.cert.CertificateStore;
import dev.caravel.daemon.cert.CertificateSubject;
import dev.caravel.daemon.cert.FileClientCa;
import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.RotationMetrics;
import dev.caravel.daemon.cert.ServingCertificates;
import dev.caravel.daemon.cert.Signer;
import dev.caravel.daemon.http.ClientCa;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.http.TlsSettings;
import dev.caravel.daemon.log.Logging;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.server.KubeletServer;
import dev.caravel.kubelet.server.ServerRoutes;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The HTTPS API put together: certificate, authorities, paths. */
final class ServerParts implements AutoCloseable {

    private final Parts parts = new Parts();

    private ServerParts() {}

    static ServerParts start(
            PodParts.Ways ways,
            String nodeName,
            PodParts pods,
            NodeView node,
            KubeletHealth health,
            Logging logging,
            Ticks ticks)
            throws IOException {
        ServerParts server = new ServerParts();
        KubeletSettings.Loaded settings = ways.settings();
        KubeletConfiguration config = settings.config();
        Metrics metrics = ways.counted().metrics();
        Routes measured = UsageParts.in(ways.counted().routes(), nodeName, ways, pods, node, ticks);
        ServerRoutes routes =
                new ServerRoutes(
                        new ServerRoutes.Sources(
                                config,
                                settings.gates(),
                                settings.shownFlags(),
                                pods.store(),
                                pods.view(),
                                pods.publisher(),
                                ways.runtime(),
                                new KubernetesSerialization()::asJson,
                                settings.flags().rootDir().resolve("checkpoints"),
                                ways.counted().counted(health.checks()),
                                measured,
                                new SafeFiles(Kernel.files()),
                                metrics,
                                logging::verbosity,
                                ticks));
        Optional<ApiRequests> requests = ways.requests();
        TlsSettings tls =
                new TlsSettings(
                        server.material(settings, nodeName, requests, node, metrics, ticks),
                        authorities(config, ticks),
                        config.tlsMinVersion(),
                        config.tlsCipherSuites());
        server.parts.keep(
                new KubeletServer(config, nodeName, tls, requests, routes, metrics, ticks));
        return server;
    }

    private static Optional<ClientCa> authorities(KubeletConfiguration config, Ticks ticks)
            throws IOException {
        String file = config.authentication().x509().clientCAFile();
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(FileClientCa.open(Path.of(file), ticks));
    }

    private Supplier<Optional<KeyMaterial>> material(
            KubeletSettings.Loaded settings,
            String nodeName,
            Optional<ApiRequests> api,
            NodeView node,
            Metrics metrics,
            Ticks ticks)
            throws IOException {
        KubeletConfiguration config = settings.config();
        KubeletFlags flags = settings.flags();
        if (!config.tlsCertFile().isEmpty()) {
            return ServingCertificates.fromFiles(
                    Path.of(config.tlsCertFile()), Path.of(config.tlsPrivateKeyFile()), ticks);
        }
        if (!config.serverTLSBootstrap() || api.isEmpty()) {
            return ServingCertificates.selfSigned(flags.certDir(), nodeName, ticks);
        }
        CertificateStore store =
                CertificateStore.open(flags.certDir(), "kubelet-server", ticks.clock());
        CertificateRotation rotation =
                parts.keep(
                        CertificateRotation.start(
                                new CertificateRotation.Settings(
                                        "serving",
                                        Signer.KUBELET_SERVING,
                                        () -> subject(nodeName, node.node().getStatus()),
                                        store,
                                        _ -> api.get(),
                                        _ -> {},
                                        RotationMetrics.serving(metrics)),
                                store.current(),
                                ticks));
        node.onChange(rotation::subjectChanged);
        return rotation::current;
    }

    /** A certificate needs an address; before the node has one there is nothing to ask for. */
    private static Optional<CertificateSubject> subject(String nodeName, NodeStatus status) {
        List<String> ips = addresses(status, "InternalIP", "ExternalIP");
        List<String> names = addresses(status, "Hostname", "InternalDNS", "ExternalDNS");
        return ips.isEmpty()
                ? Optional.empty()
                : Optional.of(CertificateSubject.nodeServer(nodeName, names, ips));
    }

    private static List<String> addresses(NodeStatus status, String... types) {
        return status.getAddresses().stream()
                .filter(a -> List.of(types).contains(a.getType()))
                .map(NodeAddress::getAddress)
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        parts.close();
    }
}
