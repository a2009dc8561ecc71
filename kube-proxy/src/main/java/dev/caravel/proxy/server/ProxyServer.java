package dev.caravel.proxy.server;

import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.config.proxy.KubeProxySettings;
import dev.caravel.config.proxy.ProxyMode;
import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.ApiMetrics;
import dev.caravel.daemon.event.EventRecorder;
import dev.caravel.daemon.event.QueuedEventRecorder;
import dev.caravel.daemon.log.Logging;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.metrics.ProcessMetrics;
import dev.caravel.daemon.run.SelfLimits;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.conntrack.NetlinkConntrack;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.linux.netlink.route.LocalAddresses;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.proxy.apply.FamilySync;
import dev.caravel.proxy.apply.NftDataplane;
import dev.caravel.proxy.apply.SharedNftables;
import dev.caravel.proxy.apply.SyncLoop;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.NftCompiler;
import dev.caravel.proxy.conntrack.ConntrackReconciler;
import dev.caravel.proxy.health.HealthAnswers;
import dev.caravel.proxy.health.ProxyHealth;
import dev.caravel.proxy.health.ServiceHealth;
import dev.caravel.proxy.metrics.ProxyMetrics;
import dev.caravel.proxy.node.ConntrackParameters;
import dev.caravel.proxy.node.FamilyChecks;
import dev.caravel.proxy.node.KernelParameters;
import dev.caravel.proxy.node.LocalDetectors;
import dev.caravel.proxy.node.NodeIps;
import dev.caravel.proxy.node.NodePortRanges;
import dev.caravel.proxy.node.NodeState;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.proxy.watch.ServiceMapping;
import dev.caravel.proxy.watch.SliceMapping;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running proxy (kube-proxy.md §2.1, in that order). */
public final class ProxyServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);
    private static final String ACTION = "StartKubeProxy";

    private final KubeProxySettings.Loaded settings;
    private final KubeProxyConfiguration config;
    private final FeatureGates gates;
    private final String nodeName;
    private final Map<String, String> environment;
    private final Ticks ticks;
    private final Metrics metrics = new Metrics();
    private final Map<IpFamily, ServiceTable> tables = new EnumMap<>(IpFamily.class);
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final CompletableFuture<String> fatal = new CompletableFuture<>();

    /**
     * A proxy that has not begun.
     *
     * @param nodeName of the Node object
     */
    public ProxyServer(
            KubeProxySettings.Loaded settings,
            String nodeName,
            Map<String, String> environment,
            Ticks ticks) {
        this.settings = settings;
        this.config = settings.config();
        this.gates = settings.gates();
        this.nodeName = nodeName;
        this.environment = environment;
        this.ticks = ticks;
        for (IpFamily family : IpFamily.values()) {
            tables.put(family, new ServiceTable());
        }
    }

    /**
     * Sets up and serves until something ends it.
     *
     * @return why the process must end; empty when {@code --init-only} has been done
     * @throws IOException when it cannot begin
     */
    public Optional<String> run(Logging logging) throws IOException, InterruptedException {
        metrics.source(new ProcessMetrics(Path.of("/proc")));
        ProxyMetrics proxyMetrics =
                new ProxyMetrics(
                        metrics,
                        () -> sum(ServiceTable::pendingServiceChanges),
                        () -> sum(ServiceTable::pendingEndpointChanges));
        ApiClient api =
                kept(
                        ApiAccess.open(
                                config.clientConnection(),
                                settings.flags().master(),
                                environment,
                                ApiMetrics.in(metrics),
                                ticks));
        boolean podCidrsMatter =
                config.detectLocalMode() == dev.caravel.config.proxy.LocalMode.NODE_CIDR;
        NodeWatch node = kept(new NodeWatch(api, nodeName, podCidrsMatter, ticks));
        Optional<NodeState> known = node.await();
        NodeIps ips =
                NodeIps.choose(known.map(NodeState::ips).orElse(List.of()), config.bindAddress());
        if (ips.assumed()) {
            log.warn(
                    "Can't determine this node's IP, assuming loopback; if this is incorrect,"
                            + " please set the --bind-address flag");
        }
        KernelParameters kernel = new KernelParameters(Path.of("/proc"), Path.of("/sys"));
        ConntrackParameters.apply(config.conntrack(), kernel);
        List<String> podCidrs = known.map(NodeState::podCidrs).orElse(List.of());
        List<IpFamily> families = families(ips, podCidrs, kernel);
        if (settings.flags().initOnly()) {
            log.info("System initialized and --init-only specified");
            return Optional.empty();
        }
        EventRecorder events =
                kept(QueuedEventRecorder.series("kube-proxy", nodeName, api.requests(), ticks));
        ProxyHealth health = new ProxyHealth(config.syncPeriod().multipliedBy(2), ticks);
        Families all = kept(new Families(health, proxyMetrics, ticks));
        ServiceHealth serviceHealth = kept(serviceHealth(families, ips, health, events));
        SharedNftables nft = kept(new SharedNftables(NetlinkNftables.open()));
        for (IpFamily family : families) {
            DataplaneSettings dataplane =
                    new DataplaneSettings(
                            family,
                            1 << config.nftables().masqueradeBit(),
                            config.masqueradeAll(),
                            LocalDetectors.of(config, podCidrs, family),
                            Optional.of(ips.of(family)));
            NodePortRanges nodePorts = NodePortRanges.of(family, config.nodePortAddresses(), ips);
            FamilySync sync =
                    new FamilySync(
                            family,
                            table(family),
                            new NftDataplane(nft, dataplane, ticks),
                            new FamilySync.Surroundings(
                                    Optional.of(
                                            new ConntrackReconciler(
                                                    family,
                                                    kept(NetlinkConntrack.open()),
                                                    LocalAddresses::read,
                                                    new NftCompiler(dataplane))),
                                    serviceHealth,
                                    health,
                                    proxyMetrics,
                                    () ->
                                            nodePorts.among(
                                                    nodePorts.everything()
                                                            ? Set.of()
                                                            : LocalAddresses.read()),
                                    () -> new NodeFacts(nodeName, node.zone()),
                                    ticks));
            all.add(
                    family,
                    new Families.Family(
                            table(family),
                            sync,
                            new SyncLoop(
                                    family.label(),
                                    sync,
                                    SyncLoop.Timing.of(config.minSyncPeriod(), config.syncPeriod()),
                                    ticks)));
        }
        new SelfLimits(Path.of("/proc"), Kernel.processes()).oomScoreAdj(config.oomScoreAdj());
        openPorts(logging, health, node, proxyMetrics);
        kept(
                new ClusterWatches(
                        api,
                        all,
                        new ServiceMapping(gates.enabled(Gate.AllowServiceExternalIPs)),
                        new SliceMapping(nodeName),
                        config.mode() == ProxyMode.NFTABLES));
        node.rely(known, fatal::complete, all::topologyChanged);
        events.action(nodeReference(), EventRecorder.NORMAL, "Starting", ACTION, "");
        return Optional.of(fatal.join());
    }

    /** Ends the process with that reason. */
    public void end(String reason) {
        fatal.complete(reason);
    }

    private <T extends AutoCloseable> T kept(T part) {
        parts.add(part);
        return part;
    }

    private ServiceTable table(IpFamily family) {
        return tables.computeIfAbsent(family, f -> new ServiceTable());
    }

    private int sum(java.util.function.ToIntFunction<ServiceTable> count) {
        return tables.values().stream().mapToInt(count).sum();
    }

    private ObjectReference nodeReference() {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(nodeName)
                .build();
    }

    /** Both families wherever the kernel has both, whatever addresses the node has. */
    private List<IpFamily> families(NodeIps ips, List<String> podCidrs, KernelParameters kernel)
            throws IOException {
        boolean ipv6 = kernel.ipv6();
        if (ips.primary() == IpFamily.IPV6 && !ipv6) {
            throw new IOException("no support for primary IP family \"IPv6\"");
        }
        log.atInfo()
                .setMessage(
                        ipv6
                                ? "kube-proxy running in dual-stack mode"
                                : "kube-proxy running in single-stack mode")
                .addKeyValue("primary ipFamily", ips.primary())
                .log();
        for (String complaint : FamilyChecks.nodePorts(config, ips.primary())) {
            log.warn("Kube-proxy configuration may be incomplete or incorrect: {}", complaint);
        }
        FamilyChecks.Result check = FamilyChecks.check(config, podCidrs, ips.primary(), ipv6);
        if (check.fatal()) {
            throw new IOException(
                    "kube-proxy configuration is incorrect: "
                            + String.join("; ", check.complaints()));
        }
        check.complaints()
                .forEach(c -> log.warn("Kube-proxy configuration may be incorrect: {}", c));
        return ipv6 ? List.of(IpFamily.IPV4, IpFamily.IPV6) : List.of(IpFamily.IPV4);
    }

    private ServiceHealth serviceHealth(
            List<IpFamily> families, NodeIps ips, ProxyHealth health, EventRecorder events)
            throws IOException {
        List<IpAddress> addresses = new ArrayList<>();
        for (IpFamily family : families) {
            NodePortRanges ranges = NodePortRanges.of(family, config.nodePortAddresses(), ips);
            if (ranges.everything()) {
                addresses.clear();
                break;
            }
            ranges.among(LocalAddresses.read()).only().ifPresent(addresses::addAll);
        }
        return new ServiceHealth(
                nodeName,
                addresses,
                () -> health.state().healthy(),
                (service, message) ->
                        events.action(
                                new ObjectReferenceBuilder()
                                        .withApiVersion("v1")
                                        .withKind("Service")
                                        .withNamespace(service.namespace())
                                        .withName(service.name())
                                        .build(),
                                EventRecorder.WARNING,
                                "FailedToStartServiceHealthcheck",
                                "Listen",
                                message));
    }

    private void openPorts(
            Logging logging, ProxyHealth health, NodeWatch node, ProxyMetrics proxyMetrics)
            throws IOException {
        Ports ports = kept(new Ports(config.bindAddressHardFail(), ticks));
        if (!config.healthzBindAddress().isEmpty()) {
            HealthAnswers answers =
                    new HealthAnswers(
                            health, node::eligible, proxyMetrics::healthz, proxyMetrics::livez);
            ports.open("healthz", config.healthzBindAddress(), answers.routes());
        }
        ports.open(
                "metrics", config.metricsBindAddress(), MetricsRoutes.of(config, metrics, logging));
    }

    /** Ends everything that runs, newest first; rules stay in the kernel. */
    @Override
    public void close() {
        for (AutoCloseable part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("Closing {}: {}", part, e.toString());
            }
        }
    }
}
