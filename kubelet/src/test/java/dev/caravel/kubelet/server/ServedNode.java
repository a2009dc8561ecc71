package dev.caravel.kubelet.server;

import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.daemon.cert.ServingCertificates;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.http.TlsSettings;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.kubelet.pod.RuntimeLabels;
import dev.caravel.kubelet.status.StatusObserver;
import dev.caravel.kubelet.status.StatusPublisher;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A kubelet's server over a runtime in memory, with pod {@code shop/web}: container {@code nginx}
 * runs, container {@code side} waits for its image. Token {@code of-admin} may do everything.
 */
final class ServedNode implements AutoCloseable {
    static final PodRef WEB = new PodRef("shop", "web", "uid-web");

    final FakeRuntime runtime = new FakeRuntime(Clock.systemUTC());
    final FakeReviews reviews = new FakeReviews();
    final PodStore store = new PodStore(Set.of(PodSource.API));
    final RuntimeView view = new RuntimeView(runtime, Ticks.system(), _ -> {});
    final Metrics metrics = new Metrics();
    final AtomicInteger verbosity = new AtomicInteger(2);
    final Path log;
    final String container;
    final KubeletServer server;
    private final StatusPublisher statuses;

    ServedNode(Path folder, String yaml) throws IOException, InterruptedException {
        allowAll();
        Path podLogs = folder.resolve("pods");
        KubeletConfiguration config =
                KubeletConfiguration.parse(
                        """
                        apiVersion: kubelet.config.k8s.io/v1beta1
                        kind: KubeletConfiguration
                        address: 127.0.0.1
                        port: %d
                        podLogsDir: %s
                        """
                                        .formatted(freePort(), podLogs)
                                + yaml.replace("FREE", Integer.toString(freePort())));
        statuses =
                new StatusPublisher(
                        Optional.empty(), store, _ -> true, Ticks.system(), new Unobserved());
        Path logs = podLogs.resolve("shop_web_uid-web");
        container = start(logs);
        log = logs.resolve("nginx/0.log");
        Files.createDirectories(log.getParent());
        Files.createFile(log);
        server =
                new KubeletServer(
                        config,
                        "n1",
                        new TlsSettings(
                                ServingCertificates.selfSigned(
                                        folder.resolve("pki"), "n1", Ticks.system()),
                                Optional.empty(),
                                "",
                                List.of()),
                        Optional.of(reviews),
                        new ServerRoutes(
                                new ServerRoutes.Sources(
                                        config,
                                        FeatureGates.defaults(),
                                        Map.of("v", "2"),
                                        store,
                                        view,
                                        statuses,
                                        runtime,
                                        new KubernetesSerialization()::asJson,
                                        folder.resolve("checkpoints"),
                                        List.of(HealthCheck.PING),
                                        Routes.none(),
                                        new SafeFiles(Kernel.files()),
                                        metrics,
                                        verbosity::set,
                                        Ticks.system())),
                        metrics,
                        Ticks.system());
    }

    private void allowAll() {
        for (String verb : List.of("get", "create", "update")) {
            for (String subresource :
                    List.of(
                            "proxy",
                            "pods",
                            "healthz",
                            "log",
                            "stats",
                            "configz",
                            "checkpoint",
                            "statusz",
                            "metrics")) {
                reviews.allow("admin " + verb + " nodes/" + subresource);
            }
        }
    }

    private String start(Path logs) throws InterruptedException {
        Map<String, String> labels =
                Map.of(
                        RuntimeLabels.POD_UID,
                        WEB.uid(),
                        RuntimeLabels.POD_NAME,
                        WEB.name(),
                        RuntimeLabels.POD_NAMESPACE,
                        WEB.namespace());
        SandboxConfig pod =
                SandboxConfig.builder(new SandboxMetadata("web", "shop", WEB.uid(), 0))
                        .labels(labels)
                        .logDirectory(logs.toString())
                        .build();
        ContainerConfig nginx =
                ContainerConfig.builder(new ContainerMetadata("nginx", 0), ImageSpec.of("nginx:1"))
                        .labels(labels)
                        .logPath("nginx/0.log")
                        .build();
        runtime.addImage("nginx:1");
        String sandbox = runtime.runPodSandbox(pod, "");
        String id = runtime.createContainer(sandbox, nginx, pod);
        runtime.startContainer(id);
        view.relist(Duration.ofSeconds(30));
        store.put(new DesiredPod(WEB, PodSource.API, apiPod(id), Instant.EPOCH));
        return id;
    }

    private static Pod apiPod(String id) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(WEB.namespace())
                .withName(WEB.name())
                .withUid(WEB.uid())
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("nginx")
                .endContainer()
                .addNewContainer()
                .withName("side")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("nginx")
                .withContainerID("fake://" + id)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .endContainerStatus()
                .addNewContainerStatus()
                .withName("side")
                .withNewState()
                .withNewWaiting()
                .withReason("ImagePullBackOff")
                .endWaiting()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    private static int freePort() throws IOException {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }

    private static final class Unobserved implements StatusObserver {
        @Override
        public void statusSynced(Duration sincePublished) {}

        @Override
        public void containerTerminated(ContainerKind kind, int exitCode, String reason) {}
    }

    @Override
    public void close() {
        server.close();
        statuses.close();
    }
}
