package dev.caravel.proxy.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.conntrack.NetlinkConntrack;
import dev.caravel.linux.netlink.route.LocalAddresses;
import dev.caravel.proxy.compile.NftCompiler;
import dev.caravel.proxy.conntrack.ConntrackReconciler;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.Samples;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A UDP client that never changes its port follows its service, as if it began anew. */
@ParameterizedClass
@EnumSource(IpFamily.class)
class UdpFlowTest {
    private static final Set<ServiceKey> DNS = Set.of(new ServiceKey("shop", "cart"));

    private final IpFamily family;
    private ProxiedLab lab;
    private NetlinkConntrack conntrack;
    private ConntrackReconciler reconciler;
    private DatagramSocket pod;
    private DatagramSocket outside;

    UdpFlowTest(IpFamily family) {
        this.family = family;
    }

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        lab = ProxiedLab.open(family);
        conntrack = lab.net.node.call(NetlinkConntrack::open);
        reconciler = reconciler();
        pod = lab.net.two.call(() -> new DatagramSocket());
        outside = lab.net.client.call(() -> new DatagramSocket());
        service();
    }

    private ConntrackReconciler reconciler() {
        return new ConntrackReconciler(
                family, conntrack, () -> inNode(), new NftCompiler(ProxiedLab.settings(family)));
    }

    private Set<dev.caravel.linux.ip.IpAddress> inNode() throws IOException {
        try {
            return lab.net.node.call(LocalAddresses::read);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        if (lab != null) {
            pod.close();
            outside.close();
            conntrack.close();
            lab.close();
        }
    }

    private void service() {
        lab.table.put(lab.service().port("dns", Protocol.UDP, 53, 30053).build());
    }

    private void endpoints(String... pods) {
        lab.table.put(lab.slice(pods).port("dns", Protocol.UDP, PacketLab.PORT).build());
    }

    private int reconcile() throws Exception {
        lab.sync();
        return reconciler.reconcile(DNS, lab.table, lab.dataplane::holder).orElse(-1);
    }

    private String fromPod() throws IOException {
        return PacketLab.ask(pod, lab.vip(10), 53);
    }

    private String fromOutside() throws IOException {
        return PacketLab.ask(outside, lab.net.at(1), 30053);
    }

    @Test
    void followsAMovedEndpoint() throws Exception {
        endpoints("1 local");
        reconcile();
        assertThat(fromPod()).startsWith("one");
        assertThat(fromOutside()).startsWith("one");
        endpoints("101");
        assertThat(reconcile()).isEqualTo(2);
        assertThat(fromPod()).startsWith("far");
        assertThat(fromOutside()).startsWith("far");
    }

    @Test
    void staysWhereItIsWhileTheEndpointServes() throws Exception {
        endpoints("1 local");
        reconcile();
        assertThat(fromPod()).startsWith("one");
        endpoints("1 local terminating", "101");
        assertThat(reconcile()).isZero();
        assertThat(fromPod()).startsWith("one");
        reconciler = reconciler();
        assertThat(reconcile()).as("a restarted proxy leaves good flows alone").isZero();
        assertThat(fromPod()).startsWith("one");
    }

    @Test
    void isRefusedWhenTheLastEndpointGoesAndServedWhenOneComes() throws Exception {
        endpoints("1 local");
        reconcile();
        assertThat(fromPod()).startsWith("one");
        assertThat(fromOutside()).startsWith("one");
        endpoints();
        assertThat(reconcile()).isEqualTo(2);
        assertThat(fromPod()).isEqualTo("refused");
        endpoints("101");
        reconcile();
        assertThat(fromPod()).startsWith("far");
        assertThat(fromOutside()).startsWith("far");
    }

    @Test
    void isNotHeldByAServiceThatIsGone() throws Exception {
        endpoints("1 local");
        reconcile();
        assertThat(fromPod()).startsWith("one");
        lab.table.remove(DNS.iterator().next());
        assertThat(reconcile()).isEqualTo(1);
        assertThat(fromPod()).doesNotStartWith("one");
    }

    @Test
    void beganBeforeItsServiceDid() throws Exception {
        lab.table.remove(DNS.iterator().next());
        reconcile();
        assertThat(fromPod()).isEqualTo("silence");
        endpoints("1 local");
        service();
        assertThat(reconcile()).isEqualTo(1);
        assertThat(fromPod()).startsWith("one");
    }

    @Test
    void isNotCutByAnotherServiceThatWantsTheAddressToo() throws Exception {
        lab.table.put(
                lab.service()
                        .createdAt(1)
                        .externalIps(lab.vip(200))
                        .port("dns", Protocol.UDP, 53, 30053)
                        .build());
        endpoints("1 local");
        reconcile();
        assertThat(PacketLab.ask(outside, lab.vip(200), 53)).startsWith("one");
        Samples.Service rival =
                Samples.service()
                        .named("rival")
                        .at(lab.vip(11))
                        .createdAt(2)
                        .externalIps(lab.vip(200))
                        .port("dns", Protocol.UDP, 53, 0);
        Samples.Slice slice = Samples.slice().of("rival").port("dns", Protocol.UDP, PacketLab.PORT);
        lab.addTo(slice, "2 local");
        lab.table.put(slice.build());
        lab.table.put(rival.build());
        lab.sync();
        Set<ServiceKey> changed = Set.of(new ServiceKey("shop", "rival"));
        assertThat(reconciler.reconcile(changed, lab.table, lab.dataplane::holder)).contains(0);
        lab.table.remove(new ServiceKey("shop", "rival"));
        lab.sync();
        assertThat(reconciler.reconcile(changed, lab.table, lab.dataplane::holder)).contains(0);
        assertThat(PacketLab.ask(outside, lab.vip(200), 53)).startsWith("one");
    }
}
