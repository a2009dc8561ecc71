package dev.caravel.proxy.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.proxy.apply.SharedNftables;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.LocalDetector;
import dev.caravel.proxy.compile.NodePortAddresses;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.Samples;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.proxy.table.ServiceView;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The iptables mode as {@code iptables-save} and {@code iptables -C} see it. */
class IptDataplaneTest {
    private static final NodeFacts NODE = new NodeFacts("n1", "");

    @TempDir Path folder;
    private final ServiceTable table = new ServiceTable();
    private Netns netns;
    private SharedNftables nft;
    private IptDataplane dataplane;

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        Programs.need("iptables-save", "ip6tables-save", "iptables");
        netns = Netns.create("ipt");
        nft = new SharedNftables(netns.call(NetlinkNftables::open));
        dataplane = dataplane(IpFamily.IPV4);
    }

    @AfterEach
    void close() throws IOException {
        if (nft != null) {
            nft.close();
            netns.close();
        }
    }

    private IptDataplane dataplane(IpFamily family) {
        boolean v4 = family == IpFamily.IPV4;
        return new IptDataplane(
                nft,
                new IptSettings(
                        new DataplaneSettings(
                                family,
                                0x4000,
                                false,
                                new LocalDetector.Cidr(
                                        IpPrefix.literal(v4 ? "10.244.0.0/24" : "fd44::/64")),
                                Optional.of(IpAddress.literal(v4 ? "192.0.2.1" : "2001:db8::1"))),
                        v4,
                        false,
                        false));
    }

    private static String ip(IpFamily family, String v4, String v6, int number) {
        return (family == IpFamily.IPV4 ? v4 : v6) + number;
    }

    private void fill(IpFamily family) {
        table.put(
                Samples.service()
                        .at(ip(family, "10.96.0.", "fd96::", 10))
                        .nodePort(30080)
                        .vips(ip(family, "192.0.2.", "2001:db8::", 201))
                        .ranges(family == IpFamily.IPV4 ? "192.0.0.0/22" : "2001:db8::/33")
                        .build());
        table.put(
                Samples.service()
                        .named("dns")
                        .at(ip(family, "10.96.0.", "fd96::", 11))
                        .externalIps(ip(family, "192.0.2.", "2001:db8::", 202))
                        .externalLocal()
                        .healthCheck(31000)
                        .port("dns", Protocol.UDP, 53, 30053)
                        .build());
        table.put(
                Samples.service()
                        .named("sticky")
                        .at(ip(family, "10.96.0.", "fd96::", 12))
                        .sticky(600)
                        .port("", Protocol.SCTP, 7, 30081)
                        .build());
        table.put(
                Samples.service()
                        .named("none")
                        .at(ip(family, "10.96.0.", "fd96::", 13))
                        .internalLocal()
                        .build());
        table.put(
                Samples.service()
                        .named("empty")
                        .at(ip(family, "10.96.0.", "fd96::", 14))
                        .vips(ip(family, "192.0.2.", "2001:db8::", 203))
                        .nodePort(30082)
                        .build());
        table.put(endpoints(family, "cart", Samples.slice()).build());
        table.put(
                Samples.slice().of("none").endpoint(ip(family, "10.244.1.", "fd45::", 1)).build());
        table.put(
                endpoints(family, "sticky", Samples.slice().port("", Protocol.SCTP, 8007)).build());
        table.put(
                endpoints(family, "dns", Samples.slice().port("dns", Protocol.UDP, 5353)).build());
    }

    private static Samples.Slice endpoints(IpFamily family, String service, Samples.Slice slice) {
        return slice.of(service)
                .endpoint(ip(family, "10.244.1.", "fd45::", 1))
                .endpoint(ip(family, "10.244.1.", "fd45::", 2))
                .endpoint(ip(family, "10.244.0.", "fd44::", 1) + " local");
    }

    private List<ServiceView> views() {
        return table.keys().stream().flatMap(key -> table.view(key, NODE).stream()).toList();
    }

    private int update() throws IOException {
        return dataplane
                .update(table.takeChanges().services(), key -> table.view(key, NODE))
                .steps();
    }

    private int converge() throws IOException {
        table.takeChanges();
        return dataplane.converge(views()).steps();
    }

    /** Rules sorted; counters and times cut. */
    private String save(String program) throws Exception {
        StringBuilder out = new StringBuilder();
        netns.sh(program)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceAll("\\[\\d+:\\d+\\]", "[0:0]"))
                .forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }

    private static List<String> sorted(String text) {
        return text.lines().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-save", "ip6tables-save"})
    void iptablesSavesWhatWeWriteAndRestoresIt(String program) throws Exception {
        IpFamily family = program.startsWith("ip6") ? IpFamily.IPV6 : IpFamily.IPV4;
        fill(family);
        dataplane = dataplane(family);
        converge();
        String saved = save(program);
        Path golden = Path.of("src/test/resources/golden", program + ".txt");
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(golden, saved);
        }
        assertThat(sorted(saved))
                .isEqualTo(sorted(Files.readString(golden, StandardCharsets.UTF_8)));

        Path file = Files.writeString(folder.resolve("saved"), netns.sh(program));
        netns.sh("nft flush ruleset");
        netns.sh(program.replace("-save", "-restore") + " " + file);
        assertThat(sorted(save(program))).isEqualTo(sorted(saved));
        converge();
        assertThat(sorted(save(program)))
                .as("the same after taking over what iptables has written")
                .isEqualTo(sorted(saved));
    }

    @Test
    void iptablesFindsOurRules() throws Exception {
        fill(IpFamily.IPV4);
        converge();
        netns.sh("iptables -t nat -C KUBE-MARK-MASQ -j MARK --or-mark 0x4000");
        netns.sh("iptables -t filter -C INPUT -j KUBE-FIREWALL");
        assertThat(netns.sh("iptables -t filter -S KUBE-FIREWALL"))
                .contains(
                        "-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment"
                                + " \"block incoming localnet connections\" -m conntrack !"
                                + " --ctstate RELATED,ESTABLISHED,DNAT -j DROP");
    }

    @Test
    void aNewProcessFindsEverythingInPlace() throws Exception {
        fill(IpFamily.IPV4);
        converge();
        String saved = save("iptables-save");
        int generation = nft.reader().generation();
        dataplane = dataplane(IpFamily.IPV4);
        assertThat(converge()).isZero();
        assertThat(nft.reader().generation()).isEqualTo(generation);
        table.put(Samples.slice().endpoint("10.244.1.1").build());
        update();
        table.put(endpoints(IpFamily.IPV4, "cart", Samples.slice()).build());
        update();
        assertThat(sorted(save("iptables-save")).size()).isEqualTo(sorted(saved).size());
    }

    @Test
    void thePolicyOfAnAdministratorStays() throws Exception {
        netns.sh("iptables -P FORWARD DROP");
        netns.sh("iptables -A FORWARD -s 203.0.113.7 -j ACCEPT");
        fill(IpFamily.IPV4);
        converge();
        assertThat(netns.sh("iptables -S FORWARD"))
                .contains("-P FORWARD DROP")
                .contains("-A FORWARD -s 203.0.113.7/32 -j ACCEPT");
        assertThat(netns.sh("iptables -S FORWARD").lines().skip(1).findFirst().orElse(""))
                .as("ours come first, the newest at the head")
                .contains("KUBE-PROXY-FIREWALL");
    }

    @Test
    void aFlushIsSeenAndUndone() throws Exception {
        fill(IpFamily.IPV4);
        converge();
        String saved = save("iptables-save");
        assertThat(dataplane.audit()).isZero();
        netns.sh("nft flush ruleset");
        assertThat(dataplane.audit()).isPositive();
        assertThat(sorted(save("iptables-save"))).isEqualTo(sorted(saved));
        netns.sh("iptables -t nat -F PREROUTING");
        assertThat(dataplane.audit()).isPositive();
        assertThat(sorted(save("iptables-save"))).isEqualTo(sorted(saved));
        assertThat(dataplane.audit()).isZero();
    }

    @Test
    void nodePortsCanBeLimitedLater() throws Exception {
        fill(IpFamily.IPV4);
        converge();
        dataplane.nodePorts(NodePortAddresses.of(Set.of(IpAddress.literal("192.0.2.1"))));
        assertThat(lastOfServices()).contains("-d 192.0.2.1/32").contains("KUBE-NODEPORTS");
        dataplane.nodePorts(NodePortAddresses.ALL);
        assertThat(lastOfServices()).contains("--dst-type LOCAL").contains("KUBE-NODEPORTS");
        assertThat(netns.sh("iptables -t nat -S KUBE-SERVICES").split("KUBE-NODEPORTS", -1))
                .hasSize(2);
    }

    private String lastOfServices() throws Exception {
        List<String> lines = netns.sh("iptables -t nat -S KUBE-SERVICES").lines().toList();
        return lines.getLast();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void smallStepsLeadWhereAFullComparisonLeads(long seed) throws Exception {
        Random random = new Random(seed);
        converge();
        for (int batch = 0; batch < 30; batch++) {
            for (int i = 0; i < 3; i++) {
                change(random);
            }
            update();
            String stepped = save("iptables-save");
            dataplane = dataplane(IpFamily.IPV4);
            converge();
            assertThat(sorted(save("iptables-save")))
                    .as("batch %d of seed %d", batch, seed)
                    .isEqualTo(sorted(stepped));
            assertThat(lastOfServices()).contains("KUBE-NODEPORTS");
        }
        table.keys().forEach(table::remove);
        update();
        assertThat(save("iptables-save")).doesNotContain("KUBE-SVC-", "KUBE-SEP-", "KUBE-EXT-");
    }

    private void change(Random random) {
        String name = "s" + random.nextInt(5);
        if (random.nextInt(6) == 0) {
            table.remove(new ServiceKey("shop", name));
            return;
        }
        if (random.nextInt(3) == 0) {
            Samples.Service service =
                    Samples.service().named(name).at("10.96.0." + (10 + name.charAt(1)));
            if (random.nextBoolean()) {
                service.vips("192.0.2.201").ranges("10.0.0.0/8");
            }
            if (random.nextBoolean()) {
                service.sticky(60);
            }
            if (random.nextBoolean()) {
                service.externalLocal().healthCheck(31000);
            }
            table.put(service.nodePort(30000 + name.charAt(1)).build());
            return;
        }
        Samples.Slice slice = Samples.slice().of(name);
        for (int i = random.nextInt(4); i > 0; i--) {
            slice.endpoint("10.244.0." + (1 + random.nextInt(5)) + " local");
            slice.endpoint("10.244.1." + (1 + random.nextInt(5)));
        }
        table.put(slice.build());
    }
}
