package dev.caravel.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeAddressesTest {
    private static List<InetAddress> ips(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(" ", -1)).map(InetAddress::ofLiteral).toList();
    }

    private record Host(
            List<InetAddress> here, List<InetAddress> named, String route4, String route6)
            implements NodeAddresses.HostNetwork {
        @Override
        public Set<InetAddress> interfaceAddresses() {
            return Set.copyOf(here);
        }

        @Override
        public List<InetAddress> resolve(String name) {
            assertThat(name).isEqualTo("n1");
            return named;
        }

        @Override
        public Optional<InetAddress> defaultRouteAddress(boolean sixFirst) {
            String first = sixFirst ? route6 : route4;
            String other = sixFirst ? route4 : route6;
            return ips(first.isEmpty() ? other : first).stream().findFirst();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    the flag wins                             | 10.0.0.7          | 10.0.0.7 10.0.0.8 | 10.0.0.8           | 10.0.0.7
                    two flags show both                       | 10.0.0.7 fd00::7  | 10.0.0.7 fd00::7  | ''                 | 10.0.0.7 fd00::7
                    a name of this machine comes next         | ''                | 10.0.0.7          | 192.0.2.1 10.0.0.7 | 10.0.0.7
                    IPv4 is preferred                         | ''                | fd00::7 10.0.0.7  | fd00::7 10.0.0.7   | 10.0.0.7
                    but IPv6 is better than nothing           | ''                | fd00::7           | fd00::7            | fd00::7
                    an IPv6 flag prefers IPv6                      | ::                | fd00::7 10.0.0.7  | 10.0.0.7 fd00::7   | fd00::7
                    a name of another machine is not used     | ''                | 10.0.0.7          | 192.0.2.1          | 10.9.9.9
                    loopback does not count                   | ''                | 127.0.1.1         | 127.0.1.1          | 10.9.9.9
                    the IPv4 flag takes the default route         | 0.0.0.0           | 10.0.0.7          | ''                 | 10.9.9.9
                    the IPv6 flag takes the IPv6 default route         | ::                | 10.0.0.7          | ''                 | fd00::99
                    """)
    void anAddressIsFound(
            String sentence, String flag, String here, String named, String expected) {
        NodeAddresses.Choice choice =
                NodeAddresses.choose(
                        Machines.identity(ips(flag), false),
                        false,
                        new Host(ips(here), ips(named), "10.9.9.9", "fd00::99"));
        assertThat(internal(choice)).as(sentence).isEqualTo(expected);
    }

    private static String internal(NodeAddresses.Choice choice) {
        assertThat(choice).isInstanceOf(NodeAddresses.Choice.Chosen.class);
        List<NodeAddress> addresses = ((NodeAddresses.Choice.Chosen) choice).addresses();
        assertThat(addresses.getLast()).isEqualTo(new NodeAddress("n1.example", "Hostname"));
        return addresses.stream()
                .filter(a -> a.getType().equals("InternalIP"))
                .map(NodeAddress::getAddress)
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "169.254.0.1", "224.0.0.1", "10.0.0.99", "fe80::1"})
    void aFlagThatCannotBeTheNodesAddressIsAnError(String ip) {
        assertThat(
                        NodeAddresses.choose(
                                Machines.identity(ips(ip), false),
                                false,
                                new Host(ips("10.0.0.7"), List.of(), "10.9.9.9", "")))
                .isInstanceOf(NodeAddresses.Choice.Failed.class);
    }

    @Test
    void withoutNameAndRouteThereIsNone() {
        assertThat(
                        NodeAddresses.choose(
                                Machines.identity(), false, new Host(List.of(), List.of(), "", "")))
                .isInstanceOf(NodeAddresses.Choice.Failed.class);
    }

    @Test
    void aCloudControllerKeepsWhatItWroteAndStartsFromTheFlag() {
        Host host = new Host(ips("10.0.0.7"), List.of(), "10.9.9.9", "");
        assertThat(NodeAddresses.choose(Machines.identity(ips("10.0.0.7"), true), true, host))
                .isInstanceOf(NodeAddresses.Choice.LeftToCloud.class);
        assertThat(
                        internal(
                                NodeAddresses.choose(
                                        Machines.identity(ips("10.0.0.7"), true), false, host)))
                .isEqualTo("10.0.0.7");
        assertThat(internal(NodeAddresses.choose(Machines.identity(List.of(), true), false, host)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7,10.0.0.7",
        "fd00:0:0:0:0:0:0:7,fd00::7",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "0:0:0:0:0:0:0:0,::",
        "0:0:0:0:0:0:0:1,::1",
        "1:0:0:0:0:0:0:0,1::",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1"
    })
    void addressesAreWrittenAsGoWritesThem(String ip, String text) {
        assertThat(NodeAddresses.text(InetAddress.ofLiteral(ip))).isEqualTo(text);
    }

    @Test
    void theDefaultRouteIsReadFromTheKernelsTables() {
        assertThat(
                        SystemNetwork.defaultDevice(
                                """
                                Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask
                                docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
                                eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
                                """))
                .contains("eth0");
        assertThat(
                        SystemNetwork.defaultDevice6(
                                """
                                fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
                                00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth1
                                00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
                                """))
                .contains("eth1");
        assertThat(SystemNetwork.defaultDevice("")).isEmpty();
        assertThat(SystemNetwork.defaultDevice6("")).isEmpty();
    }

    @Test
    void thisMachineAnswersWithRealAddresses() {
        SystemNetwork real = new SystemNetwork();
        Set<InetAddress> all = real.interfaceAddresses();
        assertThat(all).contains(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(SystemNetwork.isLocal(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
        assertThat(SystemNetwork.isLocal(InetAddress.ofLiteral("192.0.2.77"))).isFalse();
        assertThat(real.resolve("no-such-host.invalid")).isEmpty();
        real.defaultRouteAddress(false).ifPresent(ip -> assertThat(all).contains(ip));
    }
}
