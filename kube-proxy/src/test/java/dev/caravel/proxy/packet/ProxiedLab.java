package dev.caravel.proxy.packet;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.proxy.apply.Dataplane;
import dev.caravel.proxy.apply.NftDataplane;
import dev.caravel.proxy.apply.SharedNftables;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.LocalDetector;
import dev.caravel.proxy.iptables.IptDataplane;
import dev.caravel.proxy.iptables.IptSettings;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.Samples;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.proxy.table.ServiceView;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A {@link PacketLab} whose node runs the dataplane. */
final class ProxiedLab implements AutoCloseable {
    static final int MARK = 0x4000;
    private static final NodeFacts NODE = new NodeFacts("n1", "z1");

    final IpFamily family;
    final PacketLab net;
    final ServiceTable table = new ServiceTable();
    final NetlinkNftables nft;
    final SharedNftables shared;
    private final Mode mode;
    private final boolean localhost;
    Dataplane dataplane;

    private ProxiedLab(IpFamily family, Mode mode, boolean localhost) throws Exception {
        this.family = family;
        this.mode = mode;
        this.localhost = localhost;
        this.net = PacketLab.open(family);
        this.nft = net.node.call(NetlinkNftables::open);
        this.shared = new SharedNftables(nft);
        this.dataplane = dataplane();
        dataplane.converge(List.of());
    }

    private Dataplane dataplane() {
        DataplaneSettings settings = settings(family);
        return switch (mode) {
            case NFTABLES -> new NftDataplane(shared, settings, Ticks.system());
            case IPTABLES ->
                    new IptDataplane(shared, new IptSettings(settings, localhost, false, false));
        };
    }

    /** A new process takes over what the old one has left in the kernel. */
    void restart() throws Exception {
        dataplane = dataplane();
        dataplane.converge(views());
    }

    /** The dataplanes a lab can run. */
    enum Mode {
        NFTABLES,
        IPTABLES
    }

    static ProxiedLab open(IpFamily family) throws Exception {
        return open(family, Mode.NFTABLES);
    }

    static ProxiedLab open(IpFamily family, Mode mode) throws Exception {
        return new ProxiedLab(family, mode, false);
    }

    /** Mode iptables with node ports on loopback addresses. */
    static ProxiedLab withLocalhostNodePorts() throws Exception {
        ProxiedLab lab = new ProxiedLab(IpFamily.IPV4, Mode.IPTABLES, true);
        lab.net.node.sh("sysctl -qw net.ipv4.conf.all.route_localnet=1");
        return lab;
    }

    static DataplaneSettings settings(IpFamily family) {
        boolean v4 = family == IpFamily.IPV4;
        return new DataplaneSettings(
                family,
                MARK,
                false,
                new LocalDetector.Cidr(IpPrefix.literal(v4 ? "10.244.0.0/24" : "fd44::/64")),
                Optional.of(IpAddress.literal(v4 ? "192.0.2.1" : "2001:db8::1")));
    }

    /** A service address that no service has otherwise. */
    String vip(int number) {
        return (family == IpFamily.IPV4 ? "10.96.0." : "fd96::") + number;
    }

    /** A service at {@code vip(10)}. */
    Samples.Service service() {
        return Samples.service().at(vip(10));
    }

    /** A slice with pods by number, with words as in {@link Samples.Slice#endpoint}. */
    Samples.Slice slice(String... pods) {
        Samples.Slice slice = Samples.slice();
        addTo(slice, pods);
        return slice;
    }

    void addTo(Samples.Slice slice, String... pods) {
        for (String pod : pods) {
            int blank = pod.indexOf(' ');
            String number = blank < 0 ? pod : pod.substring(0, blank);
            slice.endpoint(
                    net.podIp(Integer.parseInt(number)) + (blank < 0 ? "" : pod.substring(blank)));
        }
    }

    /** Writes what the table holds to the kernel, only what has changed. */
    void sync() throws Exception {
        dataplane.update(table.takeChanges().services(), key -> table.view(key, NODE));
    }

    List<ServiceView> views() {
        return table.keys().stream().flatMap(key -> table.view(key, NODE).stream()).toList();
    }

    @Override
    public void close() throws IOException {
        shared.close();
        net.close();
    }
}
