package dev.caravel.proxy.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.proxy.apply.NftDataplane;
import dev.caravel.proxy.apply.SharedNftables;
import dev.caravel.proxy.compile.Layout;
import dev.caravel.proxy.compile.NodePortAddresses;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.Samples;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole table as the nft program lists it. {@code -Dgolden.rewrite=true} writes the listings
 * anew; read the difference like code.
 */
class ListingTest {
    private static final NodeFacts NODE = new NodeFacts("n1", "");

    @TempDir Path folder;

    @BeforeEach
    void need() {
        Programs.needNetns();
        Programs.need("nft");
    }

    private static Path golden(IpFamily family) {
        return Path.of(
                "src/test/resources/golden",
                family == IpFamily.IPV4 ? "table-ip.nft" : "table-ip6.nft");
    }

    private static String ip(IpFamily family, String v4, String v6, int number) {
        return (family == IpFamily.IPV4 ? v4 : v6) + number;
    }

    private static ServiceTable shop(IpFamily family) {
        ServiceTable table = new ServiceTable();
        table.put(
                Samples.service()
                        .at(ip(family, "10.96.0.", "fd96::", 10))
                        .nodePort(30080)
                        .vips(ip(family, "192.0.2.", "2001:db8::", 201))
                        .ranges(family == IpFamily.IPV4 ? "198.51.100.0/22" : "2001:db8:1::/48")
                        .build());
        table.put(
                Samples.service()
                        .named("dns")
                        .at(ip(family, "10.96.0.", "fd96::", 11))
                        .externalIps(ip(family, "192.0.2.", "2001:db8::", 202))
                        .externalLocal()
                        .port("dns", Protocol.UDP, 53, 30053)
                        .build());
        table.put(
                Samples.service()
                        .named("sticky")
                        .at(ip(family, "10.96.0.", "fd96::", 12))
                        .sticky(600)
                        .nodePort(30081)
                        .build());
        table.put(
                Samples.service()
                        .named("none")
                        .at(ip(family, "10.96.0.", "fd96::", 13))
                        .internalLocal()
                        .build());
        for (String name : List.of("cart", "sticky", "none")) {
            Samples.Slice slice =
                    Samples.slice().of(name).endpoint(ip(family, "10.244.1.", "fd45::", 1));
            if (!name.equals("none")) {
                slice.endpoint(ip(family, "10.244.0.", "fd44::", 1) + " local");
            }
            table.put(slice.build());
        }
        table.put(
                Samples.slice()
                        .of("dns")
                        .port("dns", Protocol.UDP, 5353)
                        .endpoint(ip(family, "10.244.1.", "fd45::", 2))
                        .endpoint(ip(family, "10.244.0.", "fd44::", 2) + " local")
                        .build());
        return table;
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void listsReloadsAndListsTheSame(IpFamily family) throws Exception {
        try (Netns netns = Netns.create("list");
                SharedNftables nft = new SharedNftables(netns.call(NetlinkNftables::open))) {
            NftDataplane dataplane =
                    new NftDataplane(nft, ProxiedLab.settings(family), Ticks.system());
            dataplane.nodePorts(
                    NodePortAddresses.of(
                            Set.of(IpAddress.literal(ip(family, "192.0.2.", "2001:db8::", 1)))));
            dataplane.serviceCidrs(
                    List.of(
                            IpPrefix.literal(
                                    family == IpFamily.IPV4 ? "10.96.0.0/12" : "fd96::/112")));
            ServiceTable table = shop(family);
            dataplane.converge(
                    table.keys().stream().flatMap(k -> table.view(k, NODE).stream()).toList());

            String list = "nft list table " + Layout.table(family);
            String listed = netns.sh(list);
            if (Boolean.getBoolean("golden.rewrite")) {
                Files.writeString(golden(family), listed);
            }
            assertThat(sorted(listed)).isEqualTo(sorted(Files.readString(golden(family))));

            Path saved = Files.writeString(folder.resolve("saved.nft"), listed);
            netns.sh("nft flush ruleset");
            netns.sh("nft -f " + saved);
            assertThat(sorted(netns.sh(list))).isEqualTo(sorted(listed));
            assertThat(dataplane.audit()).as("steps to repair a reloaded table").isZero();
            assertThat(netns.sh("nft -j list ruleset").getBytes(StandardCharsets.UTF_8))
                    .isNotEmpty();
        }
    }

    /** Elements and chains come in the kernel's order of the day; their lines are what counts. */
    private static List<String> sorted(String listing) {
        return listing.replace("elements = {", "")
                .replace(" }\n", "\n")
                .lines()
                .map(line -> line.strip().replaceAll(",$", ""))
                .filter(line -> !line.isEmpty())
                .sorted()
                .toList();
    }
}
