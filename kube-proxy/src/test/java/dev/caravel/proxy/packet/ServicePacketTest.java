package dev.caravel.proxy.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.compile.Layout;
import dev.caravel.proxy.compile.NodePortAddresses;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What packets meet (kube-proxy.md §3.6), on this kernel, in both families. */
@ParameterizedClass
@CsvSource({"NFTABLES, IPV4", "NFTABLES, IPV6", "IPTABLES, IPV4", "IPTABLES, IPV6"})
class ServicePacketTest {
    private static final int NODE_PORT = 30080;

    private final ProxiedLab.Mode mode;
    private final IpFamily family;
    private ProxiedLab lab;
    private PacketLab net;

    ServicePacketTest(ProxiedLab.Mode mode, IpFamily family) {
        this.mode = mode;
        this.family = family;
    }

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        lab = ProxiedLab.open(family, mode);
        net = lab.net;
    }

    @AfterEach
    void close() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    private Set<String> tcp(Netns from, String address, int port, int times) throws Exception {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < times; i++) {
            answers.add(net.tcp(from, address, port));
        }
        return answers;
    }

    @Test
    void aClusterAddressReachesEveryEndpoint() throws Exception {
        lab.table.put(lab.service().build());
        lab.table.put(lab.slice("1 local", "2 local").build());
        lab.sync();
        assertThat(tcp(net.one, lab.vip(10), 80, 30))
                .contains("two sees " + net.podIp(1))
                .hasSize(2);
        assertThat(tcp(net.node, lab.vip(10), 80, 30)).hasSize(2);
    }

    @Test
    void aPodThatReachesItselfSeesTheNode() throws Exception {
        lab.table.put(lab.service().build());
        lab.table.put(lab.slice("1 local").build());
        lab.sync();
        assertThat(net.tcp(net.one, lab.vip(10), 80))
                .startsWith("one sees ")
                .doesNotEndWith(net.podIp(1));
        assertThat(net.tcp(net.two, lab.vip(10), 80)).isEqualTo("one sees " + net.podIp(2));
    }

    @Test
    void clientsFromOutsideAreMasqueradedAtTheClusterAddress() throws Exception {
        lab.table.put(lab.service().build());
        lab.table.put(lab.slice("1 local").build());
        lab.sync();
        assertThat(net.tcp(net.client, lab.vip(10), 80))
                .startsWith("one sees ")
                .doesNotEndWith(net.at(2));
    }

    @Test
    void udpWorksAsWell() throws Exception {
        lab.table.put(lab.service().port("dns", Protocol.UDP, 53, 30053).build());
        lab.table.put(lab.slice("1 local").port("dns", Protocol.UDP, PacketLab.PORT).build());
        lab.sync();
        assertThat(net.udp(net.two, lab.vip(10), 53)).isEqualTo("one sees " + net.podIp(2));
        assertThat(net.udp(net.client, net.at(1), 30053)).startsWith("one sees ");
        assertThat(net.tcp(net.two, lab.vip(10), 53)).isEqualTo("refused");
    }

    @Test
    void sctpRulesAreTakenByTheKernel() throws Exception {
        lab.table.put(
                lab.service()
                        .port("s", Protocol.SCTP, 80, 30081)
                        .port("t", Protocol.TCP, 80, 30081)
                        .build());
        lab.table.put(
                lab.slice("1 local")
                        .port("s", Protocol.SCTP, PacketLab.PORT)
                        .port("t", Protocol.TCP, PacketLab.PORT)
                        .build());
        lab.sync();
        String listing =
                mode == ProxiedLab.Mode.NFTABLES
                        ? net.node.sh("nft list map " + Layout.table(family) + " service-ips")
                        : net.node.sh(
                                family == IpFamily.IPV4
                                        ? "iptables-save -t nat"
                                        : "ip6tables-save -t nat");
        assertThat(listing).contains("sctp").contains("tcp");
        assertThat(net.tcp(net.two, lab.vip(10), 80)).startsWith("one");
    }

    @Test
    void withoutEndpointsConnectionsAreRefused() throws Exception {
        lab.table.put(
                lab.service()
                        .nodePort(NODE_PORT)
                        .externalIps(lab.vip(200))
                        .vips(lab.vip(201))
                        .build());
        lab.sync();
        for (Netns from : List.of(net.one, net.node, net.client)) {
            assertThat(net.tcp(from, lab.vip(10), 80)).isEqualTo("refused");
            // As in Go, iptables mode does not look at what the node itself sends to outside.
            if (mode == ProxiedLab.Mode.NFTABLES || from != net.node) {
                assertThat(net.tcp(from, lab.vip(200), 80)).isEqualTo("refused");
                assertThat(net.tcp(from, lab.vip(201), 80)).isEqualTo("refused");
            }
            assertThat(net.tcp(from, net.at(1), NODE_PORT)).isEqualTo("refused");
        }
    }

    @Test
    void aPortNobodyHasIsRefusedAndAFreeAddressIsSilent() throws Exception {
        assumeTrue(mode == ProxiedLab.Mode.NFTABLES, "only nftables mode looks at free addresses");
        lab.table.put(lab.service().build());
        lab.table.put(lab.slice("1 local").build());
        lab.sync();
        lab.dataplane.serviceCidrs(
                List.of(IpPrefix.literal(family == IpFamily.IPV4 ? "10.96.0.0/16" : "fd96::/112")));
        assertThat(net.tcp(net.one, lab.vip(10), 81)).isEqualTo("refused");
        assertThat(net.tcp(net.one, lab.vip(11), 80)).isEqualTo("silence");
        assertThat(net.tcp(net.one, lab.vip(10), 80)).startsWith("one");
    }

    @Test
    void nodePortsTakeEveryAddressOfTheNodeButLoopback() throws Exception {
        lab.table.put(lab.service().nodePort(NODE_PORT).build());
        lab.table.put(lab.slice("1 local", "101").build());
        lab.sync();
        assertThat(tcp(net.client, net.at(1), NODE_PORT, 30))
                .hasSize(2)
                .noneMatch(answer -> answer.endsWith(net.at(2)));
        assertThat(net.tcp(net.one, net.at(1), NODE_PORT)).contains(" sees ");
        assertThat(net.tcp(net.node, net.at(1), NODE_PORT)).contains(" sees ");
        String loopback = family == IpFamily.IPV4 ? "127.0.0.1" : "::1";
        assertThat(net.tcp(net.node, loopback, NODE_PORT)).isEqualTo("refused");
    }

    @Test
    void nodePortsCanBeLimitedToSomeAddresses() throws Exception {
        net.node.sh(
                "ip addr add "
                        + net.at(9)
                        + (family == IpFamily.IPV4 ? "/24" : "/64 nodad")
                        + " dev sw");
        lab.table.put(lab.service().nodePort(NODE_PORT).build());
        lab.table.put(lab.slice("1 local").build());
        lab.dataplane.nodePorts(NodePortAddresses.of(Set.of(IpAddress.literal(net.at(9)))));
        lab.sync();
        assertThat(net.tcp(net.client, net.at(9), NODE_PORT)).startsWith("one");
        assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).isEqualTo("refused");
        lab.dataplane.nodePorts(NodePortAddresses.ALL);
        assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).startsWith("one");
    }

    @Test
    void externalLocalKeepsTheSourceAndStaysOnTheNode() throws Exception {
        lab.table.put(lab.service().nodePort(NODE_PORT).vips(lab.vip(201)).externalLocal().build());
        lab.table.put(lab.slice("1 local", "101").build());
        lab.sync();
        assertThat(tcp(net.client, net.at(1), NODE_PORT, 20))
                .containsExactly("one sees " + net.at(2));
        assertThat(tcp(net.client, lab.vip(201), 80, 20)).containsExactly("one sees " + net.at(2));
        assertThat(tcp(net.two, lab.vip(201), 80, 30)).hasSize(2);
        assertThat(tcp(net.node, lab.vip(201), 80, 30)).hasSize(2);
        assertThat(tcp(net.two, lab.vip(10), 80, 30)).hasSize(2);
    }

    @Test
    void externalLocalWithoutOwnEndpointsDropsOnlyWhatComesFromOutside() throws Exception {
        lab.table.put(lab.service().nodePort(NODE_PORT).vips(lab.vip(201)).externalLocal().build());
        lab.table.put(lab.slice("101").build());
        lab.sync();
        assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).isEqualTo("silence");
        assertThat(net.tcp(net.client, lab.vip(201), 80)).isEqualTo("silence");
        assertThat(net.tcp(net.one, lab.vip(201), 80)).startsWith("far");
        assertThat(net.tcp(net.node, lab.vip(201), 80)).startsWith("far");
        assertThat(net.tcp(net.one, lab.vip(10), 80)).startsWith("far");
    }

    @Test
    void internalLocalStaysOnTheNodeOrIsSilent() throws Exception {
        lab.table.put(lab.service().nodePort(NODE_PORT).internalLocal().build());
        lab.table.put(lab.slice("1 local", "101").build());
        lab.sync();
        assertThat(tcp(net.two, lab.vip(10), 80, 20)).hasSize(1);
        assertThat(tcp(net.client, net.at(1), NODE_PORT, 30)).hasSize(2);
        lab.table.put(lab.slice("101").build());
        lab.sync();
        assertThat(net.tcp(net.two, lab.vip(10), 80)).isEqualTo("silence");
        assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).startsWith("far");
    }

    @Test
    void terminatingEndpointsServeOnlyWhenNothingElseDoes() throws Exception {
        lab.table.put(lab.service().build());
        lab.table.put(lab.slice("1 local terminating", "2 local").build());
        lab.sync();
        assertThat(tcp(net.node, lab.vip(10), 80, 10)).allMatch(a -> a.startsWith("two"));
        lab.table.put(lab.slice("1 local terminating", "2 local gone").build());
        lab.sync();
        assertThat(tcp(net.node, lab.vip(10), 80, 10)).allMatch(a -> a.startsWith("one"));
        lab.table.put(lab.slice("1 local gone", "2 local gone").build());
        lab.sync();
        assertThat(net.tcp(net.node, lab.vip(10), 80)).isEqualTo("refused");
    }

    @Test
    void hintsKeepTrafficInTheZoneOrOnTheNode() throws Exception {
        lab.table.put(lab.service().nodePort(NODE_PORT).build());
        lab.table.put(lab.slice("1 local zone=z1", "101 zone=z2").build());
        lab.sync();
        assertThat(tcp(net.two, lab.vip(10), 80, 12)).containsExactly("one sees " + net.podIp(2));
        assertThat(tcp(net.client, net.at(1), NODE_PORT, 12)).allMatch(a -> a.startsWith("one"));
        lab.table.put(lab.slice("1 local zone=z1 node=n2", "101 zone=z2 node=n1").build());
        lab.sync();
        assertThat(tcp(net.two, lab.vip(10), 80, 12)).allMatch(a -> a.startsWith("far"));
        lab.table.put(lab.slice("1 local zone=z1", "101").build());
        lab.sync();
        assertThat(tcp(net.two, lab.vip(10), 80, 30)).as("one without a hint").hasSize(2);
        lab.table.put(lab.slice("1 local zone=z3", "101 zone=z2").build());
        lab.sync();
        assertThat(tcp(net.two, lab.vip(10), 80, 30)).as("no zone is ours").hasSize(2);
    }

    @Test
    void sourceRangesGuardLoadBalancerAddressesOnly() throws Exception {
        String client = net.at(2) + (family == IpFamily.IPV4 ? "/32" : "/128");
        lab.table.put(
                lab.service()
                        .nodePort(NODE_PORT)
                        .vips(lab.vip(201))
                        .externalIps(lab.vip(200))
                        .ranges(client)
                        .build());
        lab.table.put(lab.slice("1 local").build());
        lab.sync();
        assertThat(net.tcp(net.client, lab.vip(201), 80)).startsWith("one");
        assertThat(net.tcp(net.peer, lab.vip(201), 80)).isEqualTo("silence");
        assertThat(net.tcp(net.two, lab.vip(201), 80)).isEqualTo("silence");
        assertThat(net.tcp(net.peer, lab.vip(200), 80)).startsWith("one");
        assertThat(net.tcp(net.peer, net.at(1), NODE_PORT)).startsWith("one");
        String network = family == IpFamily.IPV4 ? "192.0.2.0/25" : "2001:db8::/63";
        lab.table.put(lab.service().nodePort(NODE_PORT).vips(lab.vip(201)).ranges(network).build());
        lab.sync();
        assertThat(net.tcp(net.peer, lab.vip(201), 80)).startsWith("one");
        assertThat(net.tcp(net.two, lab.vip(201), 80)).isEqualTo("silence");
        assertThat(net.tcp(net.node, lab.vip(201), 80)).startsWith("one");
    }

    @Test
    void aClientKeepsItsEndpointForAWhile() throws Exception {
        lab.table.put(lab.service().sticky(2).nodePort(NODE_PORT).build());
        lab.table.put(lab.slice("1 local", "2 local", "101").build());
        lab.sync();
        String first = net.tcp(net.client, lab.vip(10), 80).split(" ", 2)[0];
        for (int i = 0; i < 15; i++) {
            assertThat(net.tcp(net.client, lab.vip(10), 80)).startsWith(first);
            assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).startsWith(first);
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 12 && seen.size() < 2; i++) {
            net.node.sh("sleep 2.2");
            seen.add(net.tcp(net.client, lab.vip(10), 80).split(" ", 2)[0]);
        }
        assertThat(seen).as("endpoints after the time was over").hasSizeGreaterThan(1);
    }

    @Test
    void affinityEndsWithTheEndpointAndSurvivesOthers() throws Exception {
        lab.table.put(lab.service().sticky(300).build());
        lab.table.put(lab.slice("1 local", "2 local").build());
        lab.sync();
        String first = net.tcp(net.client, lab.vip(10), 80).split(" ", 2)[0];
        lab.table.put(lab.slice("1 local", "2 local", "101").build());
        lab.sync();
        for (int i = 0; i < 10; i++) {
            assertThat(net.tcp(net.client, lab.vip(10), 80)).startsWith(first);
        }
        lab.table.put(lab.slice(first.equals("one") ? "2 local" : "1 local").build());
        lab.sync();
        String other = first.equals("one") ? "two" : "one";
        for (int i = 0; i < 10; i++) {
            assertThat(net.tcp(net.client, lab.vip(10), 80)).startsWith(other);
        }
    }

    @Test
    void aMovedEndpointTakesTheNextConnection() throws Exception {
        lab.table.put(lab.service().nodePort(NODE_PORT).build());
        lab.table.put(lab.slice("1 local").build());
        lab.sync();
        for (int i = 0; i < 6; i++) {
            lab.table.put(lab.slice(i % 2 == 0 ? "2 local" : "1 local").build());
            lab.sync();
            String expected = i % 2 == 0 ? "two" : "one";
            assertThat(net.tcp(net.client, lab.vip(10), 80)).startsWith(expected);
            assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).startsWith(expected);
        }
        lab.table.remove(lab.service().build().key());
        lab.sync();
        assertThat(lab.dataplane.audit()).isZero();
    }
}
