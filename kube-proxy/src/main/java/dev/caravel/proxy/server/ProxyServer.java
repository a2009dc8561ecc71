package dev.caravel.proxy.server;

import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.config.proxy.KubeProxySettings;
import dev.caravel.config.proxy.LocalMode;
import dev.caravel.config.proxy.ProxyMode;
import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.ApiMetrics;
import dev.caravel.daemon.event.EventRecorder;
import dev.caravel.daemon.event.QueuedEventRecorder;
import dev.caravel.daemon.log.Logging;
import dev.caravel.daemon.metrics.BuildMetrics;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.metrics.ProcessMetrics;
import dev.caravel.daemon.run.SelfLimits;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.NetlinkException;
import dev.caravel.linux.netlink.accounting.PacketCounters;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.linux.netlink.route.LocalAddresses;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.proxy.apply.SharedNftables;
import dev.caravel.proxy.health.HealthAnswers;
import dev.caravel.proxy.health.ProxyHealth;
import dev.caravel.proxy.health.ServiceHealth;
import dev.caravel.proxy.iptables.IptSettings;
import dev.caravel.proxy.metrics.HealthMetrics;
import dev.caravel.proxy.metrics.ProxyMetrics;
import dev.caravel.proxy.node.ConntrackParameters;
import dev.caravel.proxy.node.FamilyChecks;
import dev.caravel.proxy.node.KernelParameters;
import dev.caravel.proxy.node.LegacyIptables;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running proxy (kube-proxy.md §2.1, in that order). */
public final class ProxyServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);
    private static final String ACTION = "StartKubeProxy";
    private static final String DEFAULT_MODE =
            "No kube-proxy mode specified: defaulting to 'iptables'. Note that in Kubernetes 1.40"
                    + " the default mode will switch to 'nftables'. If you wish to continue using"
                    + " 'iptables' mode, you must explicitly specify 'mode: iptables' in the"
                    + " kube-proxy config file, or '--proxy-mode iptables' on the kube-proxy"
                    + " command line.";

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
        ProxyMetrics proxyMetrics = declareMetrics();
        ApiClient api =
                kept(
                        ApiAccess.open(
                                config.clientConnection(),
                                settings.flags().master(),
                                environment,
                                ApiMetrics.in(metrics),
                                ticks));
        boolean podCidrsMatter = config.detectLocalMode() == LocalMode.NODE_CIDR;
        NodeWatch node = kept(new NodeWatch(api, nodeName, podCidrsMatter, ticks));
        Optional<NodeState> known = node.await();
        FamilyAssembly.Host host = host(node, known);
        ConntrackParameters.apply(config.conntrack(), host.kernel());
        List<IpFamily> families = families(host);
        EventRecorder events =
                kept(QueuedEventRecorder.series("kube-proxy", nodeName, api.requests(), ticks));
        ObjectReports reports = new ObjectReports(nodeName, events);
        ProxyHealth health = new ProxyHealth(config.syncPeriod().multipliedBy(2), ticks);
        FamilyAssembly assembly =
                new FamilyAssembly(
                        config,
                        host,
                        new FamilyAssembly.Shared(
                                kept(new SharedNftables(NetlinkNftables.open())),
                                counters(),
                                kept(serviceHealth(families, host.ips(), health, events)),
                                health,
                                proxyMetrics,
                                reports,
                                ticks));
        Families all = kept(new Families(health, proxyMetrics, ticks));
        for (IpFamily family : families) {
            all.add(family, assembly.family(family, table(family)));
        }
        if (settings.flags().initOnly()) {
            log.info("System initialized and --init-only specified");
            return Optional.empty();
        }
        new SelfLimits(Path.of("/proc"), Kernel.processes()).oomScoreAdj(config.oomScoreAdj());
        openPorts(logging, health, node, proxyMetrics.health());
        kept(
                new ClusterWatches(
                        api,
                        all,
                        new ServiceMapping(gates.enabled(Gate.AllowServiceExternalIPs), reports),
                        new SliceMapping(nodeName, reports),
                        config.mode() == ProxyMode.NFTABLES));
        node.rely(known, fatal::complete, all::topologyChanged);
        tellStart(events);
        return Optional.of(fatal.join());
    }

    private ProxyMetrics declareMetrics() {
        metrics.source(new ProcessMetrics(Path.of("/proc")));
        metrics.source(new BuildMetrics(gates));
        return new ProxyMetrics(
                metrics,
                config.mode() == ProxyMode.IPTABLES,
                () -> sum(ServiceTable::pendingServiceChanges),
                () -> sum(ServiceTable::pendingEndpointChanges));
    }

    /** Counters only help to watch; a kernel without them serves as well. */
    private Optional<PacketCounters> counters() throws IOException {
        if (config.mode() != ProxyMode.IPTABLES) {
            return Optional.empty();
        }
        PacketCounters counters = kept(PacketCounters.open());
        try {
            counters.ensure(IptSettings.INVALID_DROPPED);
            counters.ensure(IptSettings.LOCALHOST_ACCEPTED);
        } catch (NetlinkException e) {
            log.info("Packets are not counted by name: {}", e.getMessage());
            return Optional.empty();
        }
        metrics.counter(
                "kubeproxy_iptables_ct_state_invalid_dropped_packets_total",
                "[ALPHA] packets dropped by iptables to work around conntrack problems",
                () -> packets(counters, IptSettings.INVALID_DROPPED));
        metrics.counter(
                "kubeproxy_iptables_localhost_nodeports_accepted_packets_total",
                "[ALPHA] Number of packets accepted on nodeports of loopback interface",
                () -> packets(counters, IptSettings.LOCALHOST_ACCEPTED));
        return Optional.of(counters);
    }

    private static double packets(PacketCounters counters, String name) {
        try {
            return counters.packets(name);
        } catch (IOException e) {
            log.warn("Reading packet counter {}: {}", name, e.getMessage());
            return Double.NaN;
        }
    }

    private FamilyAssembly.Host host(NodeWatch node, Optional<NodeState> known) {
        NodeIps ips =
                NodeIps.choose(known.map(NodeState::ips).orElse(List.of()), config.bindAddress());
        if (ips.assumed()) {
            log.warn(
                    "Can't determine this node's IP, assuming loopback; if this is incorrect,"
                            + " please set the --bind-address flag");
        }
        return new FamilyAssembly.Host(
                ips,
                known.map(NodeState::podCidrs).orElse(List.of()),
                new KernelParameters(Path.of("/proc"), Path.of("/sys")),
                () -> new NodeFacts(nodeName, node.zone()));
    }

    private void tellStart(EventRecorder events) throws IOException {
        Optional<String> legacy = LegacyIptables.notice(Path.of("/proc"));
        if (legacy.isPresent()) {
            log.warn(legacy.get());
            events.action(
                    nodeReference(), EventRecorder.WARNING, "LegacyIptables", ACTION, legacy.get());
        }
        if (settings.modeDefaulted()) {
            log.error(DEFAULT_MODE);
            events.action(
                    nodeReference(),
                    EventRecorder.WARNING,
                    "KubeProxyDefaultMode",
                    ACTION,
                    DEFAULT_MODE);
        }
        events.action(nodeReference(), EventRecorder.NORMAL, "Starting", ACTION, "");
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

    private int sum(ToIntFunction<ServiceTable> count) {
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
    private List<IpFamily> families(FamilyAssembly.Host host) throws IOException {
        NodeIps ips = host.ips();
        boolean ipv6 = host.kernel().ipv6();
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
        FamilyChecks.Result check =
                FamilyChecks.check(config, host.podCidrs(), ips.primary(), ipv6);
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
            ranges.among(LocalAddresses.read(), false).only().ifPresent(addresses::addAll);
        }
        return new ServiceHealth(
                nodeName,
                addresses,
                () -> health.state().healthy(),
                (service, message) ->
                        events.action(
                                ObjectReports.reference(
                                        "Service", service.namespace(), service.name()),
                                EventRecorder.WARNING,
                                "FailedToStartServiceHealthcheck",
                                "Listen",
                                message));
    }

    private void openPorts(
            Logging logging, ProxyHealth health, NodeWatch node, HealthMetrics counted)
            throws IOException {
        Ports ports = kept(new Ports(config.bindAddressHardFail(), ticks));
        if (!config.healthzBindAddress().isEmpty()) {
            HealthAnswers answers =
                    new HealthAnswers(health, node::eligible, counted::healthz, counted::livez);
            ports.open("healthz", config.healthzBindAddress(), answers.routes());
        }
        ports.open(
                "metrics",
                config.metricsBindAddress(),
                MetricsRoutes.of(settings, metrics, logging, ticks));
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
