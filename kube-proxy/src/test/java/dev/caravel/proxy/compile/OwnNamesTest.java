package dev.caravel.proxy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServicePort;
import org.junit.jupiter.api.Test;

/** The expected names are those of Go's kube-proxy. */
class OwnNamesTest {
    private static final ServiceKey KEY = new ServiceKey("ns1", "svc1");
    private static final ServicePort PORT = new ServicePort("p80", Protocol.TCP, 80, 0);

    @Test
    void namesPortsAndEndpointsAsGoDoes() {
        assertThat(OwnNames.base(KEY, PORT)).isEqualTo("ULMVA6XW-ns1/svc1/tcp/p80");
        assertThat(
                        OwnNames.base(
                                KEY, PORT, new Endpoint(IpAddress.literal("10.180.0.1"), 80, true)))
                .isEqualTo("5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80");
    }

    @Test
    void writesIpv6WithDots() {
        assertThat(OwnNames.base(KEY, PORT, new Endpoint(IpAddress.literal("fd00::1"), 80, true)))
                .endsWith("-ns1/svc1/tcp/p80__fd00..1/80");
    }

    @Test
    void cutsLongNames() {
        ServiceKey key = new ServiceKey("n".repeat(63), "s".repeat(63));
        ServicePort port = new ServicePort("p".repeat(200), Protocol.UDP, 80, 0);
        assertThat(OwnNames.base(key, port)).hasSize(240).endsWith("ppp...");
    }
}
