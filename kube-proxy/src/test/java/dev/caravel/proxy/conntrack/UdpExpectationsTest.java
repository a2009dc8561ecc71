package dev.caravel.proxy.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.conntrack.ConntrackEntry;
import dev.caravel.linux.netlink.conntrack.ConntrackTuple;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.Protocol;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One UDP service at 10.96.0.10:53 and node port 30053 with endpoint 10.244.0.5:5353, one at
 * 10.96.0.20:53 without endpoints, one gone from 10.96.0.30:53 and node port 30063. The node is
 * 192.0.2.1.
 */
class UdpExpectationsTest {
    private static Frontend udp(String ip, int port) {
        return new Frontend(IpAddress.literal(ip), Protocol.UDP, port);
    }

    private static UdpExpectations expectations() {
        UdpExpectations all =
                new UdpExpectations(IpFamily.IPV4, Set.of(IpAddress.literal("192.0.2.1")));
        List<Endpoint> one = List.of(new Endpoint(IpAddress.literal("10.244.0.5"), 5353, true));
        all.serves(udp("10.96.0.10", 53), one);
        all.serves(Frontend.nodePort(IpFamily.IPV4, Protocol.UDP, 30053), one);
        all.serves(udp("10.96.0.20", 53), List.of());
        all.gone(udp("10.96.0.30", 53));
        all.gone(Frontend.nodePort(IpFamily.IPV4, Protocol.UDP, 30063));
        all.gone(udp("10.96.0.10", 53));
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    to the serving endpoint,           17, 10.96.0.10,   53,    10.244.0.5,   5353,  false
                    to an endpoint that is gone,       17, 10.96.0.10,   53,    10.244.0.6,   5353,  true
                    to another port of the endpoint,   17, 10.96.0.10,   53,    10.244.0.5,   53,    true
                    begun before the service,          17, 10.96.0.10,   53,    10.96.0.10,   53,    true
                    another port of the address,       17, 10.96.0.10,   54,    10.244.0.6,   5353,  false
                    TCP is left alone,                 6,  10.96.0.10,   53,    10.244.0.6,   5353,  false
                    node port to the endpoint,         17, 192.0.2.1,    30053, 10.244.0.5,   5353,  false
                    node port to one that is gone,     17, 192.0.2.1,    30053, 10.244.0.6,   5353,  true
                    that port of a foreign host,       17, 198.51.100.9, 30053, 198.51.100.9, 30053, false
                    without endpoints,                 17, 10.96.0.20,   53,    10.244.0.6,   5353,  true
                    service gone and translated,       17, 10.96.0.30,   53,    10.244.0.6,   5353,  true
                    service gone and not translated,   17, 10.96.0.30,   53,    10.96.0.30,   53,    false
                    node port gone and translated,     17, 192.0.2.1,    30063, 10.244.0.6,   5353,  true
                    something else,                    17, 8.8.8.8,      53,    8.8.8.8,      53,    false
                    """)
    void knowsAStaleFlow(
            String flow,
            int protocol,
            String address,
            int port,
            String answers,
            int answerPort,
            boolean stale) {
        IpAddress client = IpAddress.literal("10.244.0.77");
        ConntrackEntry entry =
                new ConntrackEntry(
                        new ConntrackTuple(
                                client, IpAddress.literal(address), protocol, 40000, port),
                        new ConntrackTuple(
                                IpAddress.literal(answers), client, protocol, answerPort, 40000),
                        1,
                        0);
        assertThat(expectations().stale(entry)).as(flow).isEqualTo(stale);
    }
}
