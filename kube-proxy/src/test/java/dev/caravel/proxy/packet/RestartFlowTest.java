package dev.caravel.proxy.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.conntrack.NetlinkConntrack;
import dev.caravel.linux.netlink.route.LocalAddresses;
import dev.caravel.proxy.compile.NftCompiler;
import dev.caravel.proxy.conntrack.ConntrackReconciler;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.Samples;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
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

/**
 * A proxy that ends at any moment and begins again, as seen by connections that were open before.
 */
@ParameterizedClass
@CsvSource({"NFTABLES, IPV4", "NFTABLES, IPV6", "IPTABLES, IPV4", "IPTABLES, IPV6"})
class RestartFlowTest {
    private static final Logger log = LoggerFactory.getLogger(RestartFlowTest.class);
    private static final int ECHO = 7070;
    private static final int RESTARTS = 8;

    private final ProxiedLab.Mode mode;
    private final IpFamily family;
    private final List<AutoCloseable> open = new ArrayList<>();
    private ProxiedLab lab;

    RestartFlowTest(ProxiedLab.Mode mode, IpFamily family) {
        this.mode = mode;
        this.family = family;
    }

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        lab = ProxiedLab.open(family, mode);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void noHealthyFlowIsCut() throws Exception {
        echo(lab.net.one);
        lab.table.put(
                lab.service()
                        .port("echo", Protocol.TCP, 80, 30080)
                        .port("dns", Protocol.UDP, 53, 30053)
                        .build());
        lab.table.put(
                lab.slice("1 local")
                        .port("echo", Protocol.TCP, ECHO)
                        .port("dns", Protocol.UDP, PacketLab.PORT)
                        .build());
        lab.sync();
        List<Socket> flows =
                List.of(
                        connect(lab.net.two, lab.vip(10), 80),
                        connect(lab.net.client, lab.net.at(1), 30080),
                        connect(lab.net.one, lab.vip(10), 80));
        DatagramSocket questions = lab.net.two.call(() -> new DatagramSocket());
        open.add(questions);
        for (int i = 0; i < RESTARTS; i++) {
            Samples.Service other =
                    Samples.service().named("other-" + i).at(lab.vip(20 + i)).sticky(i % 2 * 60);
            lab.table.put(other.build());
            lab.restart();
            assertThat(reconcileAnew()).as("flows deleted by start " + i).isZero();
            for (Socket flow : flows) {
                flow.getOutputStream().write(i);
                assertThat(flow.getInputStream().read()).as("start " + i).isEqualTo(i);
            }
            assertThat(PacketLab.ask(questions, lab.vip(10), 53)).startsWith("one");
        }
        // The endpoint is no longer chosen, but it still serves whom it has.
        lab.table.put(
                lab.slice("1 local terminating", "2 local")
                        .port("echo", Protocol.TCP, ECHO)
                        .port("dns", Protocol.UDP, PacketLab.PORT)
                        .build());
        lab.restart();
        assertThat(reconcileAnew()).isZero();
        for (Socket flow : flows) {
            flow.getOutputStream().write(99);
            assertThat(flow.getInputStream().read()).isEqualTo(99);
        }
        assertThat(PacketLab.ask(questions, lab.vip(10), 53)).startsWith("one");
    }

    private int reconcileAnew() throws Exception {
        try (NetlinkConntrack conntrack = lab.net.node.call(NetlinkConntrack::open)) {
            ConntrackReconciler fresh =
                    new ConntrackReconciler(
                            family,
                            conntrack,
                            this::nodeAddresses,
                            new NftCompiler(ProxiedLab.settings(family)));
            return fresh.reconcile(
                            new HashSet<>(lab.table.keys()), lab.table, lab.dataplane::holder)
                    .orElse(0);
        }
    }

    private Set<IpAddress> nodeAddresses() throws IOException {
        try {
            return lab.net.node.call(LocalAddresses::read);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private Socket connect(Netns from, String address, int port) throws Exception {
        Socket socket =
                from.call(() -> {
                    Socket connecting = new Socket();
                    connecting.connect(new InetSocketAddress(address, port), 5_000);
                    connecting.setSoTimeout(5_000);
                    return connecting;
                });
        open.add(socket);
        return socket;
    }

    /** Sends every byte back, for as long as the client likes. */
    private void echo(Netns where) throws Exception {
        ServerSocket server =
                where.call(() -> {
                    ServerSocket socket = new ServerSocket();
                    socket.bind(new InetSocketAddress(ECHO));
                    return socket;
                });
        open.add(server);
        Thread.ofPlatform().daemon().name("echo").start(() -> accept(server));
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException e) {
                log.debug("The end of the test: {}", e.toString());
            }
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            log.debug("The end of a client: {}", e.toString());
        }
    }
}
