package dev.caravel.linux.netlink.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The codec against this machine's connection table, filled by the conntrack program. */
class NetlinkConntrackTest {
    private static final int UDP = 17;

    private Netns netns;
    private NetlinkConntrack conntrack;

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        Programs.need("conntrack");
        netns = Netns.create("ct");
        conntrack = netns.call(NetlinkConntrack::open);
    }

    @AfterEach
    void close() throws IOException {
        if (conntrack != null) {
            conntrack.close();
            netns.close();
        }
    }

    private void insert4(int sourcePort, String frontend, String endpoint) throws Exception {
        netns.sh(
                "conntrack -I -p udp -s 10.0.0.9 -d "
                        + frontend
                        + " --sport "
                        + sourcePort
                        + " --dport 53 --dst-nat "
                        + endpoint
                        + " -t 60");
    }

    @Test
    void readsBothDirectionsOfATranslatedConnection() throws Exception {
        insert4(4000, "10.96.0.10", "10.244.0.5");
        List<ConntrackEntry> entries = conntrack.entries(IpFamily.IPV4, UDP, entry -> true);
        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().original())
                .isEqualTo(
                        new ConntrackTuple(
                                IpAddress.literal("10.0.0.9"),
                                IpAddress.literal("10.96.0.10"),
                                UDP,
                                4000,
                                53));
        assertThat(entries.getFirst().reply().source()).isEqualTo(IpAddress.literal("10.244.0.5"));
        assertThat(entries.getFirst().reply().sourcePort()).isEqualTo(53);
        assertThat(entries.getFirst().original()).hasToString("17 10.0.0.9:4000 > 10.96.0.10:53");
    }

    @Test
    void deletesOnlyWhatItIsGiven() throws Exception {
        for (int i = 0; i < 5; i++) {
            insert4(4000 + i, "10.96.0.10", i < 3 ? "10.244.0.5" : "10.244.0.6");
        }
        IpAddress stale = IpAddress.literal("10.244.0.5");
        List<ConntrackEntry> wrong =
                conntrack.entries(
                        IpFamily.IPV4, UDP, entry -> entry.reply().source().equals(stale));
        assertThat(conntrack.delete(wrong)).isEqualTo(new Conntrack.Deleted(3, 0));
        assertThat(conntrack.entries(IpFamily.IPV4, UDP, entry -> true))
                .extracting(entry -> entry.original().sourcePort())
                .containsExactlyInAnyOrder(4003, 4004);
        assertThat(conntrack.delete(wrong)).isEqualTo(new Conntrack.Deleted(3, 0));
    }

    @Test
    void aNewConnectionWithTheSameTupleSurvives() throws Exception {
        insert4(4000, "10.96.0.10", "10.244.0.5");
        ConntrackEntry entry = conntrack.entries(IpFamily.IPV4, UDP, e -> true).getFirst();
        ConntrackEntry older =
                new ConntrackEntry(entry.original(), entry.reply(), entry.id() ^ 1, entry.zone());
        assertThat(conntrack.delete(List.of(older))).isEqualTo(new Conntrack.Deleted(1, 0));
        assertThat(conntrack.entries(IpFamily.IPV4, UDP, e -> true)).containsExactly(entry);
    }

    @Test
    void readsOnlyTheProtocolAskedFor() throws Exception {
        insert4(4000, "10.96.0.10", "10.244.0.5");
        netns.sh(
                "conntrack -I -p tcp -s 10.0.0.9 -d 10.96.0.10 --sport 4000 --dport 80"
                        + " --state ESTABLISHED -t 60");
        assertThat(conntrack.entries(IpFamily.IPV4, UDP, entry -> true)).hasSize(1);
        assertThat(conntrack.entries(IpFamily.IPV4, 6, entry -> true)).hasSize(1);
        assertThat(conntrack.entries(IpFamily.IPV4, 132, entry -> true)).isEmpty();
    }

    @Test
    void readsAndDeletesIpv6() throws Exception {
        netns.sh(
                "conntrack -I -p udp -s fd00::9 -d fd01::10 --sport 4000 --dport 53"
                        + " --dst-nat fd02::5 -t 60");
        List<ConntrackEntry> entries = conntrack.entries(IpFamily.IPV6, UDP, entry -> true);
        assertThat(entries)
                .extracting(entry -> entry.reply().source())
                .containsExactly(IpAddress.literal("fd02::5"));
        assertThat(conntrack.entries(IpFamily.IPV4, UDP, entry -> true)).isEmpty();
        assertThat(conntrack.delete(entries).gone()).isEqualTo(1);
        assertThat(conntrack.entries(IpFamily.IPV6, UDP, entry -> true)).isEmpty();
    }
}
