package dev.caravel.proxy.apply;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.Layout;
import dev.caravel.proxy.compile.LocalDetector;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.proxy.table.ServiceView;
import dev.caravel.testing.Netns;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A table, and the dataplane of one family in a network namespace without network. */
final class KernelLab implements AutoCloseable {
    static final NodeFacts NODE = new NodeFacts("n1", "");

    final IpFamily family;
    final Netns netns;
    final SharedNftables nft;
    final ServiceTable table = new ServiceTable();
    NftDataplane dataplane;

    KernelLab(IpFamily family) throws Exception {
        this.family = family;
        this.netns = Netns.create("kern");
        this.nft = new SharedNftables(netns.call(NetlinkNftables::open));
        this.dataplane = newDataplane();
    }

    /** A dataplane as a new process would have it: it remembers nothing. */
    NftDataplane newDataplane() {
        boolean v4 = family == IpFamily.IPV4;
        return new NftDataplane(
                nft,
                new DataplaneSettings(
                        family,
                        0x4000,
                        false,
                        new LocalDetector.Cidr(
                                IpPrefix.literal(v4 ? "10.244.0.0/24" : "fd44::/64")),
                        Optional.of(IpAddress.literal(v4 ? "192.0.2.1" : "2001:db8::1"))),
                Ticks.system());
    }

    String ip(int network, int number) {
        return family == IpFamily.IPV4
                ? "10." + network + "." + number / 250 + "." + (1 + number % 250)
                : "fd" + network + "::" + Integer.toHexString(number + 1);
    }

    List<ServiceView> views() {
        return table.keys().stream().flatMap(key -> table.view(key, NODE).stream()).toList();
    }

    SyncOutcome converge() throws IOException {
        table.takeChanges();
        return dataplane.converge(views());
    }

    SyncOutcome update() throws IOException {
        return dataplane.update(table.takeChanges().services(), key -> table.view(key, NODE));
    }

    /** The nft program's listing of our table. */
    String listing() throws Exception {
        return netns.sh("nft list table " + Layout.table(family));
    }

    /** Runs the nft program on words separated by blanks. */
    void nft(String words) throws Exception {
        netns.sh("nft " + words.replace("TABLE", Layout.table(family).toString()));
    }

    @Override
    public void close() throws IOException {
        nft.close();
        netns.close();
    }
}
