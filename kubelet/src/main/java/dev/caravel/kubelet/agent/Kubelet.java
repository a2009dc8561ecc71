package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.cri.CallObserver;
import dev.caravel.cri.CgroupDriver;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.Image;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeConfig;
import dev.caravel.cri.RuntimeVersion;
import dev.caravel.cri.grpc.GrpcContainerRuntime;
import dev.caravel.cri.grpc.GrpcImageService;
import dev.caravel.cri.grpc.RuntimeConnection;
import dev.caravel.cri.grpc.RuntimeEndpoint;
import dev.caravel.daemon.event.QueuedEventRecorder;
import dev.caravel.daemon.log.Logging;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.ProcessExit;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.explain.RecentTroubles;
import dev.caravel.kubelet.node.MachineReader;
import dev.caravel.kubelet.node.NodeIdentity;
import dev.caravel.kubelet.node.NodeObject;
import dev.caravel.kubelet.node.NodeReporter;
import dev.caravel.kubelet.node.NodeWatch;
import dev.caravel.kubelet.node.RuntimeHealth;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.cgroup.HostCgroups;
import dev.caravel.linux.dbus.Systemd;
import dev.caravel.linux.fs.KernelFiles;
import dev.caravel.linux.mount.KernelMounts;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet put together and running; closing it ends the parts in reverse order and leaves all
 * pods alone.
 */
public final class Kubelet implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Kubelet.class);

    private static final Duration RUNTIME_RETRY = Duration.ofSeconds(2);
    private static final int RUNTIME_CONFIG_TRIES = 3;

    private final Parts parts = new Parts();
    private final PodParts pods;
    private final KubeletHealth health;

    private Kubelet(KubeletSettings.Loaded settings, Logging logging, ProcessExit exit, Ticks ticks)
            throws IOException, InterruptedException {
        KubeletConfiguration config = settings.config();
        String hostname = KernelFiles.read(Path.of("/proc/sys/kernel/hostname")).strip();
        String override = settings.flags().hostnameOverride();
        String nodeName =
                (override.isEmpty() ? hostname : override).trim().toLowerCase(Locale.ROOT);
        MetricsParts counted = new MetricsParts(settings, nodeName, ticks);
        Metrics metrics = counted.metrics();
        Files.createDirectories(settings.flags().rootDir());
        health = new KubeletHealth(config);
        health.serve(config).ifPresent(this::keep);

        RuntimeConnection connection =
                RuntimeConnection.open(RuntimeEndpoint.parse(config.containerRuntimeEndpoint()));
        ContainerRuntime runtime =
                keep(
                        new GrpcContainerRuntime(
                                connection, config.runtimeRequestTimeout(), counted.calls()));
        ImageService images = keep(images(config, connection, counted.calls()));
        RuntimeVersion version = await(runtime, ticks);
        log.info(
                "Container runtime {} {} answers", version.runtimeName(), version.runtimeVersion());

        Mounts mounts =
                new KernelMounts(
                        Kernel.mounts(),
                        Kernel.files(),
                        KernelFiles.read(Path.of("/proc/sys/kernel/osrelease")).strip());
        RootFolder.share(settings.flags().rootDir(), mounts);
        Cgroups cgroups = cgroups(config, runtime, mounts, ticks);
        NodeIdentity identity =
                NodeParts.identity(settings, nodeName, override.isEmpty() ? hostname : nodeName);

        Optional<ApiAccess> api =
                settings.flags().kubeconfig().isPresent()
                        ? Optional.of(
                                keep(
                                        ApiAccess.open(
                                                settings.flags(),
                                                config,
                                                nodeName,
                                                metrics,
                                                exit::fatal,
                                                ticks)))
                        : Optional.empty();
        Optional<NodeWatch> watch = api.map(a -> new NodeWatch(a.main(), nodeName));
        EventBridge events =
                new EventBridge(
                        api.map(a ->
                                keep(
                                        QueuedEventRecorder.core(
                                                "kubelet", nodeName, a.events(), ticks))),
                        nodeName,
                        () -> watch.flatMap(NodeWatch::uid));

        RecentTroubles troubles = new RecentTroubles(events, ticks);
        RuntimeHealth runtimeHealth =
                keep(new RuntimeHealth(runtime, Optional::empty, ticks, this::runtimeMoved));
        runtimeHealth.check();
        DeviceParts devices = keep(DeviceParts.open(settings.flags().rootDir(), ticks));
        NodeBoard board = new NodeBoard();
        NodeReporter reporter =
                NodeParts.reporter(
                        identity,
                        settings,
                        runtimeHealth,
                        () -> images(images),
                        devices.devices()::resources,
                        board,
                        ticks);
        FactsReader facts =
                new FactsReader(
                        settings,
                        nodeName,
                        hostname,
                        cgroups,
                        new MachineReader(Path.of("/")).read());
        NodeObject object = new NodeObject(identity);
        NodeView view = new NodeView(object, reporter, facts, runtimeHealth, watch);
        makeKubepods(facts, cgroups, view);

        PodParts.Ways ways =
                new PodParts.Ways(
                        settings,
                        runtime,
                        images,
                        version.runtimeName(),
                        mounts,
                        cgroups,
                        api,
                        watch,
                        board,
                        devices,
                        counted);
        pods = keep(new PodParts(ways, view, troubles, ticks));
        keep(
                ExplainParts.start(
                        settings.flags().rootDir(), nodeName, pods.workers(), troubles, ticks));
        counted.pods(pods, cgroups.version() == 2);
        runtimeHealth.start();
        if (api.isPresent()) {
            counted.follow(watch.orElseThrow());
            keep(
                    NodeParts.start(
                            settings,
                            object,
                            reporter,
                            runtimeHealth,
                            watch.orElseThrow(),
                            api.get(),
                            runtime,
                            board,
                            events,
                            ticks));
        }
        devices.start(board::reportSoon, pods.workers()::poke);
        keep(PodResourcesParts.start(settings.flags().rootDir(), devices, pods.workers(), ticks));
        pods.start();
        health.follow(pods.view());
        keep(UpkeepParts.start(ways, pods, view, troubles, metrics, ticks));
        if (config.enableServer()) {
            keep(ServerParts.start(ways, nodeName, pods, view, health, logging, ticks));
        }
        events.nodeEvent(
                dev.caravel.kubelet.event.EventType.NORMAL, "Starting", "Starting kubelet.");
        log.info("Kubelet of node {} runs", nodeName);
        log.debug("Log verbosity {}, exit {}", logging.verbosity(), exit);
    }

    /** Starts everything; returns once the kubelet serves. */
    static Kubelet start(
            KubeletSettings.Loaded settings, Logging logging, ProcessExit exit, Ticks ticks)
            throws IOException, InterruptedException {
        return new Kubelet(settings, logging, exit, ticks);
    }

    private <T extends AutoCloseable> T keep(T part) {
        return parts.keep(part);
    }

    private void runtimeMoved() {
        log.debug("The runtime's health changed");
    }

    private static ImageService images(
            KubeletConfiguration config, RuntimeConnection connection, CallObserver observer) {
        String endpoint = config.imageServiceEndpoint();
        RuntimeConnection own =
                endpoint.isEmpty() || endpoint.equals(config.containerRuntimeEndpoint())
                        ? connection
                        : RuntimeConnection.open(RuntimeEndpoint.parse(endpoint));
        return new GrpcImageService(own, config.runtimeRequestTimeout(), observer);
    }

    private static List<Image> images(ImageService images) {
        try {
            return images.listImages().items();
        } catch (RuntimeCallException e) {
            log.warn(
                    "Listing images for the node status failed: {}. It shows none this time.",
                    e.getMessage());
            return List.of();
        }
    }

    /** The runtime may start after the kubelet: systemd orders units, but not always. */
    private static RuntimeVersion await(ContainerRuntime runtime, Ticks ticks)
            throws InterruptedException {
        boolean told = false;
        while (true) {
            try {
                return runtime.version();
            } catch (RuntimeCallException e) {
                if (!told) {
                    log.warn(
                            "The container runtime does not answer: {}. Trying every 2 s.",
                            e.getMessage());
                    told = true;
                }
                ticks.sleep(RUNTIME_RETRY);
            }
        }
    }

    private static Cgroups cgroups(
            KubeletConfiguration config, ContainerRuntime runtime, Mounts mounts, Ticks ticks)
            throws IOException, InterruptedException {
        boolean unified = HostCgroups.unified(mounts.table());
        if (!unified && config.failCgroupV1()) {
            throw new IOException(
                    "this host uses cgroup v1, and failCgroupV1 is true: boot it with cgroup v2, or set failCgroupV1: false");
        }
        boolean systemd = driver(config, runtime, ticks) == CgroupDriver.SYSTEMD;
        log.info(
                "Cgroups: version {}, driver {}",
                unified ? 2 : 1,
                systemd ? "systemd" : "cgroupfs");
        List<Long> hugePages =
                List.copyOf(new MachineReader(Path.of("/")).read().hugePages().keySet());
        return systemd
                ? HostCgroups.systemd(
                        mounts.table(),
                        hugePages,
                        Kernel.processes(),
                        ticks::sleep,
                        Systemd.ofHost())
                : HostCgroups.cgroupfs(mounts.table(), hugePages, Kernel.processes(), ticks::sleep);
    }

    private static CgroupDriver driver(
            KubeletConfiguration config, ContainerRuntime runtime, Ticks ticks)
            throws InterruptedException {
        CgroupDriver configured =
                switch (config.cgroupDriver()) {
                    case SYSTEMD -> CgroupDriver.SYSTEMD;
                    case CGROUPFS -> CgroupDriver.CGROUPFS;
                };
        for (int i = 1; ; i++) {
            try {
                return switch (runtime.runtimeConfig()) {
                    case RuntimeConfig.Reported r -> r.cgroupDriver();
                    case RuntimeConfig.NotReported _, RuntimeConfig.Unimplemented _ -> configured;
                };
            } catch (RuntimeCallException e) {
                if (i >= RUNTIME_CONFIG_TRIES) {
                    log.warn(
                            "The runtime does not tell its cgroup driver: {}. Using the configured one.",
                            e.getMessage());
                    return configured;
                }
                ticks.sleep(RUNTIME_RETRY);
            }
        }
    }

    private static void makeKubepods(FactsReader facts, Cgroups cgroups, NodeView view)
            throws IOException {
        if (facts.cgroupFacts().perQos()) {
            KubepodsCgroups.make(facts.cgroupFacts().names(), cgroups, view.facts());
        }
    }

    /** What systemd's watchdog and {@code /healthz} ask. */
    List<HealthCheck> checks() {
        return health.checks();
    }

    @Override
    public void close() {
        parts.close();
    }
}
