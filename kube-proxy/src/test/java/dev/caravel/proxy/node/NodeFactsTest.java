package dev.caravel.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.compile.NodePortAddresses;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFactsTest {
    private static List<IpAddress> ips(String text) {
        return text.equals("-")
                ? List.of()
                : Arrays.stream(text.split(" ", -1)).map(IpAddress::literal).toList();
    }

    private static String print(List<IpAddress> ips) {
        return ips.isEmpty()
                ? "-"
                : ips.stream().map(IpAddress::toString).collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    nothing known,                  -,                  0.0.0.0,   IPv4, 127.0.0.1, ::1
                    one family,                     192.0.2.1,          0.0.0.0,   IPv4, 192.0.2.1, ::1
                    both families,                  192.0.2.1 fd00::1,  0.0.0.0,   IPv4, 192.0.2.1, fd00::1
                    IPv6 first,                     fd00::1 192.0.2.1,  ::,        IPv6, 192.0.2.1, fd00::1
                    a bind address wins,            192.0.2.1 fd00::1,  192.0.2.9, IPv4, 192.0.2.9, fd00::1
                    and decides the family,         192.0.2.1,          fd00::9,   IPv6, 192.0.2.1, fd00::9
                    """)
    void choosesAddresses(
            String rule, String known, String bind, String primary, String v4, String v6) {
        NodeIps chosen = NodeIps.choose(ips(known), bind);
        assertThat(chosen.primary().label()).as(rule).isEqualTo(primary);
        assertThat(chosen.of(IpFamily.IPV4)).hasToString(v4);
        assertThat(chosen.of(IpFamily.IPV6)).hasToString(v6);
        assertThat(chosen.assumed()).isEqualTo(known.equals("-"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    internal before external,  ExternalIP 1.1.1.1; InternalIP 10.0.0.1,                 10.0.0.1
                    external if that is all,   ExternalIP 1.1.1.1; Hostname h,                          1.1.1.1
                    one of the other family,   InternalIP 10.0.0.1; InternalIP 10.0.0.2; InternalIP fd00::2, 10.0.0.1 fd00::2
                    names do not count,        Hostname h; InternalDNS d,                               -
                    """)
    void readsAddressesOfTheNode(String rule, String addresses, String expected) {
        NodeBuilder node = new NodeBuilder().withNewMetadata().withName("n1").endMetadata();
        var status = node.withNewStatus();
        for (String address : addresses.split("; ", -1)) {
            String[] words = address.split(" ", 2);
            status.addNewAddress().withType(words[0]).withAddress(words[1]).endAddress();
        }
        NodeState state = NodeMapping.map(status.endStatus().build()).orElseThrow();
        assertThat(print(state.ips())).as(rule).isEqualTo(expected);
        assertThat(state.eligible()).isTrue();
    }

    @Test
    void aNodeThatIsToGoIsNotEligible() {
        NodeBuilder node = new NodeBuilder().withNewMetadata().withName("n1").endMetadata();
        assertThat(
                        NodeMapping.map(
                                        new NodeBuilder(node.build())
                                                .withNewSpec()
                                                .addNewTaint(
                                                        "NoSchedule",
                                                        "ToBeDeletedByClusterAutoscaler",
                                                        null,
                                                        "1")
                                                .endSpec()
                                                .build())
                                .orElseThrow()
                                .eligible())
                .isFalse();
        assertThat(
                        NodeMapping.map(
                                        new NodeBuilder(node.build())
                                                .editMetadata()
                                                .withDeletionTimestamp("2026-11-24T08:00:00Z")
                                                .addToLabels("topology.kubernetes.io/zone", "z1")
                                                .endMetadata()
                                                .build())
                                .orElseThrow())
                .isEqualTo(new NodeState(List.of(), List.of(), "z1", false));
    }

    private static final NodeIps DUAL = NodeIps.choose(ips("192.0.2.1 fd00::1"), "0.0.0.0");
    private static final Set<IpAddress> LOCAL =
            Set.of(
                    IpAddress.literal("127.0.0.1"),
                    IpAddress.literal("192.0.2.1"),
                    IpAddress.literal("192.0.2.129"),
                    IpAddress.literal("::1"),
                    IpAddress.literal("fd00::1"));

    @ParameterizedTest(name = "{0} for {1}")
    @CsvSource(
            textBlock =
                    """
                    '',                       IPv4, all
                    all,                      IPv4, all
                    primary,                  IPv4, 192.0.2.1
                    primary,                  IPv6, fd00::1
                    192.0.2.0/24,             IPv4, 192.0.2.1 192.0.2.129
                    192.0.2.128/25,           IPv4, 192.0.2.129
                    192.0.2.0/24,             IPv6, all
                    localhost,                IPv4, none
                    localhost primary,        IPv4, 192.0.2.1
                    192.0.2.0/24 0.0.0.0/0,   IPv4, all
                    10.0.0.0/8,               IPv4, none
                    """)
    void expandsNodePortAddresses(String configured, String family, String expected) {
        IpFamily ipFamily = family.equals("IPv4") ? IpFamily.IPV4 : IpFamily.IPV6;
        List<String> words = configured.isEmpty() ? List.of() : List.of(configured.split(" ", -1));
        NodePortAddresses chosen = NodePortRanges.of(ipFamily, words, DUAL).among(LOCAL, false);
        String text =
                chosen.only()
                        .map(set ->
                                set.isEmpty()
                                        ? "none"
                                        : set.stream()
                                                .sorted()
                                                .map(IpAddress::toString)
                                                .collect(Collectors.joining(" ")))
                        .orElse("all");
        assertThat(text).isEqualTo(expected);
    }

    @Test
    void primaryOnANodeWithoutThatFamilyMeansEveryAddressOfIt() {
        NodeIps v4 = NodeIps.choose(ips("192.0.2.1"), "0.0.0.0");
        assertThat(NodePortRanges.of(IpFamily.IPV6, List.of("primary"), v4).everything()).isTrue();
    }
}
