package dev.caravel.proxy.server;

import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.accounting.PacketCounters;
import dev.caravel.linux.netlink.conntrack.NetlinkConntrack;
import dev.caravel.linux.netlink.route.LocalAddresses;
import dev.caravel.proxy.apply.Dataplane;
import dev.caravel.proxy.apply.FamilySync;
import dev.caravel.proxy.apply.NftDataplane;
import dev.caravel.proxy.apply.SharedNftables;
import dev.caravel.proxy.apply.SyncLoop;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.NftCompiler;
import dev.caravel.proxy.conntrack.ConntrackReconciler;
import dev.caravel.proxy.health.ProxyHealth;
import dev.caravel.proxy.health.ServiceHealth;
import dev.caravel.proxy.iptables.IptDataplane;
import dev.caravel.proxy.iptables.IptSettings;
import dev.caravel.proxy.metrics.ProxyMetrics;
import dev.caravel.proxy.node.KernelParameters;
import dev.caravel.proxy.node.LocalDetectors;
import dev.caravel.proxy.node.NodeIps;
import dev.caravel.proxy.node.NodePortRanges;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.ServiceTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Puts the parts of one address family together, by the configured mode. */
final class FamilyAssembly {
    private static final String ROUTE_LOCALNET = "net/ipv4/conf/all/route_localnet";
    private static final String TCP_BE_LIBERAL = "net/netfilter/nf_conntrack_tcp_be_liberal";
    private static final IpAddress LOOPBACK = IpAddress.literal("127.0.0.1");

    /**
     * What was found out about the node at start.
     *
     * @param facts asked at each synchronization
     */
    record Host(
            NodeIps ips,
            List<String> podCidrs,
            KernelParameters kernel,
            Supplier<NodeFacts> facts) {}

    /**
     * What all families share.
     *
     * @param counters named packet counters, where the mode uses them and the kernel has them
     */
    record Shared(
            SharedNftables nft,
            Optional<PacketCounters> counters,
            ServiceHealth serviceHealth,
            ProxyHealth health,
            ProxyMetrics metrics,
            ObjectReports reports,
            Ticks ticks) {}

    private final KubeProxyConfiguration config;
    private final Host host;
    private final Shared shared;

    FamilyAssembly(KubeProxyConfiguration config, Host host, Shared shared) {
        this.config = config;
        this.host = host;
        this.shared = shared;
    }

    /** A family ready to be woken. */
    Families.Family family(IpFamily family, ServiceTable table) throws IOException {
        NodePortRanges nodePorts = NodePortRanges.of(family, config.nodePortAddresses(), host.ips);
        boolean localhost = localhostNodePorts(nodePorts);
        DataplaneSettings settings =
                new DataplaneSettings(
                        family,
                        1 << masqueradeBit(),
                        config.masqueradeAll(),
                        LocalDetectors.of(config, host.podCidrs, family),
                        Optional.of(host.ips.of(family)));
        ConntrackReconciler conntrack =
                new ConntrackReconciler(
                        family,
                        NetlinkConntrack.open(),
                        LocalAddresses::read,
                        new NftCompiler(settings));
        FamilySync sync =
                new FamilySync(
                        family,
                        table,
                        dataplane(settings, localhost),
                        new FamilySync.Surroundings(
                                Optional.of(conntrack),
                                shared.serviceHealth,
                                shared.health,
                                shared.metrics,
                                conflicts -> shared.reports.conflicts(family, conflicts),
                                () ->
                                        nodePorts.among(
                                                nodePorts.everything()
                                                        ? Set.of()
                                                        : LocalAddresses.read(),
                                                localhost),
                                host.facts,
                                shared.ticks));
        SyncLoop loop =
                new SyncLoop(
                        family.label(),
                        sync,
                        SyncLoop.Timing.of(config.minSyncPeriod(), config.syncPeriod()),
                        shared.ticks);
        return new Families.Family(table, sync, loop);
    }

    private int masqueradeBit() {
        return switch (config.mode()) {
            case NFTABLES -> config.nftables().masqueradeBit();
            case IPTABLES, IPVS -> config.iptables().masqueradeBit();
        };
    }

    private boolean localhostNodePorts(NodePortRanges nodePorts) throws IOException {
        boolean wanted =
                switch (config.mode()) {
                    case IPTABLES -> config.iptables().localhostNodePorts();
                    case NFTABLES, IPVS -> false;
                };
        boolean covered = nodePorts.ranges().stream().anyMatch(range -> range.contains(LOOPBACK));
        if (wanted && covered) {
            host.kernel.set(ROUTE_LOCALNET, 1);
        }
        return wanted && covered;
    }

    private Dataplane dataplane(DataplaneSettings settings, boolean localhost) throws IOException {
        return switch (config.mode()) {
            case NFTABLES -> new NftDataplane(shared.nft, settings, shared.ticks);
            case IPTABLES ->
                    new IptDataplane(
                            shared.nft,
                            new IptSettings(
                                    settings,
                                    localhost,
                                    host.kernel.read(TCP_BE_LIBERAL) != 0,
                                    shared.counters.isPresent()));
            case IPVS -> throw new IOException("the ipvs mode is not served");
        };
    }
}
