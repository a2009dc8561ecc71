package dev.caravel.linux.netlink.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.netlink.NetlinkException;
import dev.caravel.linux.sys.Errno;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class PacketCountersTest {
    @Test
    void makesCountersOnceAndReadsThem() throws Exception {
        Programs.needNetns();
        Programs.need("iptables");
        try (Netns netns = Netns.create("acct");
                PacketCounters counters = netns.call(PacketCounters::open)) {
            counters.ensure("test_pkts");
            counters.ensure("test_pkts");
            assertThat(counters.packets("test_pkts")).isZero();
            netns.sh("iptables -A OUTPUT -m nfacct --nfacct-name test_pkts");
            netns.call(() -> sendDatagrams(3));
            assertThat(counters.packets("test_pkts")).isGreaterThanOrEqualTo(3);
            netns.sh("iptables -F OUTPUT");
            assertThatThrownBy(() -> counters.packets("unknown"))
                    .isInstanceOfSatisfying(
                            NetlinkException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        }
    }

    private static int sendDatagrams(int count) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < count; i++) {
                socket.send(
                        new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), 9));
            }
            return count;
        }
    }
}
