package dev.caravel.proxy.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.compile.FrontendClaims;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.Samples;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Services that contradict each other, say things twice, or are as big as they may be. */
@ParameterizedClass
@CsvSource({"NFTABLES, IPV4", "NFTABLES, IPV6", "IPTABLES, IPV4", "IPTABLES, IPV6"})
class CrowdedServiceTest {
    private static final Logger log = LoggerFactory.getLogger(CrowdedServiceTest.class);
    private static final int NODE_PORT = 30080;
    private static final int MOST_IN_A_SLICE = 1_000;
    private static final int ANY_ADDRESS_PORT = 9090;

    private final ProxiedLab.Mode mode;
    private final IpFamily family;
    private ProxiedLab lab;
    private PacketLab net;

    CrowdedServiceTest(ProxiedLab.Mode mode, IpFamily family) {
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

    private Samples.Service named(String name, int vip) {
        return Samples.service().named(name).at(lab.vip(vip));
    }

    private void endpoint(String service, String pod) {
        Samples.Slice slice = Samples.slice().of(service);
        lab.addTo(slice, pod);
        lab.table.put(slice.build());
    }

    private Set<String> answers(String address, int port, int times) throws Exception {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < times; i++) {
            names.add(net.tcp(net.client, address, port).split(" ", 2)[0]);
        }
        return names;
    }

    @Test
    void theOlderOfTwoServicesAnswersAtTheAddressBothWant() throws Exception {
        endpoint("young", "1 local");
        endpoint("old", "2 local");
        lab.table.put(named("young", 11).createdAt(2_000).externalIps(lab.vip(200)).build());
        lab.sync();
        assertThat(answers(lab.vip(200), 80, 3)).containsExactly("one");
        lab.table.put(named("old", 12).createdAt(1_000).externalIps(lab.vip(200)).build());
        lab.sync();
        assertThat(answers(lab.vip(200), 80, 8)).containsExactly("two");
        assertThat(answers(lab.vip(11), 80, 3)).as("its own address").containsExactly("one");
        assertThat(lab.dataplane.conflicts())
                .extracting(FrontendClaims.Conflict::loser)
                .containsExactly(new ServiceKey("shop", "young"));
        lab.restart();
        assertThat(answers(lab.vip(200), 80, 8)).as("after a restart").containsExactly("two");
        lab.table.remove(new ServiceKey("shop", "old"));
        lab.sync();
        assertThat(answers(lab.vip(200), 80, 8)).containsExactly("one");
        assertThat(lab.dataplane.conflicts()).isEmpty();
        assertThat(lab.dataplane.audit()).isZero();
    }

    @Test
    void nobodyTakesAnotherServicesClusterAddress() throws Exception {
        endpoint("thief", "1 local");
        endpoint("owner", "2 local");
        lab.table.put(
                named("thief", 11).createdAt(1).externalIps(lab.vip(12)).vips(lab.vip(12)).build());
        lab.sync();
        lab.table.put(named("owner", 12).createdAt(2_000).build());
        lab.sync();
        assertThat(answers(lab.vip(12), 80, 8)).containsExactly("two");
        lab.restart();
        assertThat(answers(lab.vip(12), 80, 8)).containsExactly("two");
        lab.table.put(named("thief", 11).createdAt(1).externalIps(lab.vip(12)).build());
        lab.sync();
        assertThat(answers(lab.vip(12), 80, 8)).containsExactly("two");
    }

    @Test
    void whatIsSaidTwiceCountsOnce() throws Exception {
        String twice = lab.vip(200);
        lab.table.put(
                lab.service()
                        .externalIps(twice, twice)
                        .vips(twice, twice)
                        .port("http", Protocol.TCP, 80, NODE_PORT)
                        .port("alt", Protocol.TCP, 81, 0)
                        .build());
        for (String name : List.of("cart-1", "cart-2")) {
            lab.table.put(
                    lab.slice("1 local", "1 local", "2 local terminating")
                            .named(name)
                            .port("http", Protocol.TCP, PacketLab.PORT)
                            .port("alt", Protocol.TCP, PacketLab.PORT)
                            .build());
        }
        lab.sync();
        assertThat(answers(twice, 80, 5)).containsExactly("one");
        assertThat(answers(twice, 81, 5)).containsExactly("one");
        assertThat(answers(net.at(1), NODE_PORT, 5)).containsExactly("one");
        assertThat(lab.dataplane.audit()).isZero();
        lab.table.removeSlice(new ServiceKey("shop", "cart"), "cart-1");
        lab.sync();
        assertThat(answers(twice, 81, 5)).containsExactly("one");
        lab.table.remove(new ServiceKey("shop", "cart"));
        lab.sync();
        assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).isEqualTo("refused");
        assertThat(lab.dataplane.audit()).isZero();
    }

    /** The comments of rules have limits far below those of names. */
    @Test
    void namesMayBeAsLongAsTheApiAllows() throws Exception {
        String name = "n".repeat(253);
        String portName = "p".repeat(63);
        lab.table.put(
                named(name, 11)
                        .sticky(60)
                        .vips(lab.vip(201))
                        .externalLocal()
                        .healthCheck(31_000)
                        .ranges(family == IpFamily.IPV4 ? "192.0.2.0/24" : "2001:db8::/64")
                        .port(portName, Protocol.TCP, 80, NODE_PORT)
                        .build());
        lab.table.put(
                Samples.service()
                        .named(name + "x")
                        .at(lab.vip(12))
                        .port(portName, Protocol.TCP, 80, 0)
                        .build());
        Samples.Slice slice = Samples.slice().of(name).port(portName, Protocol.TCP, PacketLab.PORT);
        lab.addTo(slice, "1 local");
        lab.table.put(slice.build());
        lab.sync();
        assertThat(answers(lab.vip(11), 80, 3)).containsExactly("one");
        assertThat(answers(lab.vip(201), 80, 3)).containsExactly("one");
        assertThat(answers(net.at(1), NODE_PORT, 3)).containsExactly("one");
        assertThat(net.tcp(net.client, lab.vip(12), 80)).isEqualTo("refused");
        assertThat(lab.dataplane.audit()).isZero();
        lab.restart();
        assertThat(answers(lab.vip(11), 80, 3)).containsExactly("one");
    }

    @Test
    void aSliceMayHoldAThousandAddresses() throws Exception {
        String range = family == IpFamily.IPV4 ? "10.244.4.0/22" : "fd44:4::/112";
        String ip = family == IpFamily.IPV4 ? "ip " : "ip -6 ";
        net.one.sh(ip + "route add local " + range + " dev lo");
        net.node.sh(ip + "route add " + range + " dev pod1 via " + net.podIp(1) + " onlink");
        Samples.Slice slice = Samples.slice().port("http", Protocol.TCP, ANY_ADDRESS_PORT);
        for (int i = 1; i <= MOST_IN_A_SLICE; i++) {
            slice.endpoint(
                    (family == IpFamily.IPV4
                                    ? "10.244." + (4 + i / 256) + "." + i % 256
                                    : "fd44:4::" + Integer.toHexString(i))
                            + " local");
        }
        lab.table.put(slice.build());
        lab.table.put(lab.service().nodePort(NODE_PORT).build());
        lab.sync();
        Set<String> seen = new HashSet<>();
        try (ServerSocket server = anyAddressServer(seen)) {
            for (int i = 0; i < 20; i++) {
                assertThat(net.tcp(net.client, lab.vip(10), 80)).isEqualTo("here");
                assertThat(net.tcp(net.client, net.at(1), NODE_PORT)).isEqualTo("here");
            }
            assertThat(server.isBound()).isTrue();
        }
        synchronized (seen) {
            assertThat(seen).as("addresses of 40 connections").hasSizeGreaterThan(25);
        }
        assertThat(lab.dataplane.audit()).isZero();
    }

    private ServerSocket anyAddressServer(Set<String> seen) throws Exception {
        ServerSocket server =
                net.one.call(() -> {
                    ServerSocket socket = new ServerSocket();
                    socket.bind(new InetSocketAddress(ANY_ADDRESS_PORT));
                    return socket;
                });
        Thread.ofPlatform()
                .daemon()
                .name("any-address")
                .start(() -> {
                    while (!server.isClosed()) {
                        try (Socket socket = server.accept()) {
                            synchronized (seen) {
                                seen.add(socket.getLocalAddress().getHostAddress());
                            }
                            socket.getOutputStream().write("here".getBytes(StandardCharsets.UTF_8));
                        } catch (IOException e) {
                            log.debug("The end of the test, or of a client: {}", e.toString());
                        }
                    }
                });
        return server;
    }
}
