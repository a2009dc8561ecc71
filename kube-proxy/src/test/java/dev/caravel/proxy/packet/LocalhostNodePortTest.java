package dev.caravel.proxy.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.proxy.table.Protocol;
import dev.caravel.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node ports on 127.0.0.1, which only mode iptables has (kube-proxy.md §6.3). */
class LocalhostNodePortTest {
    private static final int NODE_PORT = 30080;

    private ProxiedLab lab;
    private PacketLab net;

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        lab = ProxiedLab.withLocalhostNodePorts();
        net = lab.net;
    }

    @AfterEach
    void close() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void reachEndpointsHereAndElsewhere() throws Exception {
        lab.table.put(
                lab.service().nodePort(NODE_PORT).port("dns", Protocol.UDP, 53, NODE_PORT).build());
        for (String pod : new String[] {"1 local", "101"}) {
            lab.table.put(
                    lab.slice(pod)
                            .port("http", Protocol.TCP, PacketLab.PORT)
                            .port("dns", Protocol.UDP, PacketLab.PORT)
                            .build());
            lab.sync();
            String name = pod.startsWith("101") ? "far" : "one";
            assertThat(net.tcp(net.node, "127.0.0.1", NODE_PORT))
                    .startsWith(name + " sees ")
                    .doesNotEndWith("127.0.0.1");
            assertThat(net.udp(net.node, "127.0.0.1", NODE_PORT)).startsWith(name);
        }
        lab.table.put(lab.slice().build());
        lab.sync();
        assertThat(net.tcp(net.node, "127.0.0.1", NODE_PORT)).isEqualTo("refused");
    }

    /** Addresses of the loopback network would otherwise be reachable from the next host. */
    @Test
    void areNotOpenedToTheNetwork() throws Exception {
        lab.table.put(lab.service().nodePort(NODE_PORT).build());
        lab.table.put(lab.slice("1 local").build());
        lab.sync();
        net.client.sh("ip addr del 127.0.0.1/8 dev lo");
        net.client.sh("sysctl -qw net.ipv4.conf.all.route_localnet=1");
        net.client.sh("ip route add 127.0.0.1/32 via " + net.at(1));
        net.node.sh("nft add table ip seen");
        net.node.sh("nft add chain ip seen raw { type filter hook prerouting priority -300 ; }");
        net.node.sh("nft add rule ip seen raw iifname sw ip daddr 127.0.0.1 counter");
        net.node.sh("ip addr add 127.0.0.2/32 dev lo");
        assertThat(net.tcp(net.client, "127.0.0.1", 8081)).isEqualTo("silence");
        assertThat(net.node.sh("nft list chain ip seen raw")).doesNotContain("packets 0");
    }
}
