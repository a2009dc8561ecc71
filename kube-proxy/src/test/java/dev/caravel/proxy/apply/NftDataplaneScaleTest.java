package dev.caravel.proxy.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.LocalDetector;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.Samples;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.proxy.table.ServiceView;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cost must follow the change, not the cluster. Bounds are generous: the machine is shared. */
class NftDataplaneScaleTest {
    private static final int SERVICES = 10_000;
    private static final NodeFacts NODE = new NodeFacts("n1", "");

    private final ServiceTable table = new ServiceTable();
    private Netns netns;
    private SharedNftables nft;

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        netns = Netns.create("scale");
        nft = new SharedNftables(netns.call(NetlinkNftables::open));
    }

    @AfterEach
    void close() throws IOException {
        if (nft != null) {
            nft.close();
            netns.close();
        }
    }

    private NftDataplane dataplane() {
        return new NftDataplane(
                nft,
                new DataplaneSettings(
                        IpFamily.IPV4,
                        0x4000,
                        false,
                        new LocalDetector.Cidr(IpPrefix.literal("10.244.0.0/16")),
                        Optional.empty()),
                Ticks.system());
    }

    private static String ip(int network, int number) {
        return new IpAddress(IpFamily.IPV4, 0, ((long) network << 24) + number).toString();
    }

    private void fill() {
        for (int i = 0; i < SERVICES; i++) {
            table.put(Samples.service().named("s" + i).at(ip(11, i)).build());
            table.put(Samples.slice().of("s" + i).endpoint(ip(12, i)).endpoint(ip(13, i)).build());
        }
        table.takeChanges();
    }

    private List<ServiceView> views() {
        return table.keys().stream().flatMap(key -> table.view(key, NODE).stream()).toList();
    }

    private void move(int service, int endpoint) {
        table.put(
                Samples.slice()
                        .of("s" + service)
                        .endpoint(ip(12, service))
                        .endpoint(ip(14, endpoint))
                        .build());
    }

    private static void say(String what, long nanos) {
        System.out.printf("MEASURED %s: %.3f ms%n", what, nanos / 1e6);
    }

    @Test
    void tenThousandServicesLoadMoveAndSurviveARestart() throws Exception {
        fill();
        NftDataplane first = dataplane();
        long start = System.nanoTime();
        SyncOutcome loaded = first.converge(views());
        say("first load of " + SERVICES, System.nanoTime() - start);
        assertThat(loaded.steps()).isGreaterThan(4 * SERVICES);

        long total = 0;
        for (int i = 0; i < 300; i++) {
            move(i % 7, i);
            long begin = System.nanoTime();
            SyncOutcome moved =
                    first.update(table.takeChanges().services(), key -> table.view(key, NODE));
            long took = System.nanoTime() - begin;
            assertThat(moved.steps()).as("steps for one endpoint").isEqualTo(2);
            total += i >= 200 ? took : 0;
        }
        say("one endpoint moved", total / 100);
        assertThat(total / 100).isLessThan(20_000_000L);

        start = System.nanoTime();
        assertThat(first.audit()).isZero();
        say("audit", System.nanoTime() - start);

        NftDataplane second = dataplane();
        start = System.nanoTime();
        SyncOutcome restarted = second.converge(views());
        say("restart", System.nanoTime() - start);
        assertThat(restarted.steps()).as("steps after a restart").isLessThan(20);

        start = System.nanoTime();
        table.keys().forEach(table::remove);
        second.update(table.takeChanges().services(), (ServiceKey key) -> table.view(key, NODE));
        say("all removed", System.nanoTime() - start);
        assertThat(second.audit()).isZero();
    }
}
