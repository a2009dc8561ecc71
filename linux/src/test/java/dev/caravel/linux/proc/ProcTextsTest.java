package dev.caravel.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the kernel and what is made of them. */
class ProcTextsTest {
    @Test
    void memoryIsReadInBytes() throws IOException {
        MemoryInfo memory =
                MemoryInfo.parse(
                        """
                        MemTotal:        2048 kB
                        MemFree:          100 kB
                        MemAvailable:    1024 kB
                        Buffers:            7 kB
                        Cached:           300 kB
                        SwapCached:         1 kB
                        SwapTotal:         50 kB
                        SwapFree:          20 kB
                        HugePages_Total:    0
                        """);
        assertThat(memory)
                .isEqualTo(new MemoryInfo(2 << 20, 102_400, 1 << 20, 307_200, 51_200, 20_480));
    }

    @Test
    void memoryOfOneNodeHasItsNumberInFront() throws IOException {
        MemoryInfo memory = MemoryInfo.parse("Node 1 MemTotal:  4 kB\nNode 1 MemFree:  1 kB\n");
        assertThat(memory.totalBytes()).isEqualTo(4096);
        assertThat(memory.availableBytes()).isEqualTo(1024);
    }

    @Test
    void memoryWithoutATotalIsAnError() {
        assertThatThrownBy(() -> MemoryInfo.parse("MemFree: 1 kB\n"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> MemoryInfo.parse("MemTotal: much kB\n"))
                .hasMessageContaining("'much' is no number");
    }

    @Test
    void swapAreasAreListed() throws IOException {
        assertThat(
                        Swap.parse(
                                """
                                Filename				Type		Size		Used		Priority
                                /dev/dm-1                               partition	8388604		1024		-2
                                /swapfile                               file		4		0		-3
                                """))
                .containsExactly(
                        new Swap("/dev/dm-1", "partition", 8388604L * 1024, 1 << 20),
                        new Swap("/swapfile", "file", 4096, 0));
        assertThat(Swap.parse("Filename Type Size Used Priority\n")).isEmpty();
        assertThat(Swap.parse("")).isEmpty();
        assertThatThrownBy(() -> Swap.parse("heading\n/dev/sda\n")).isInstanceOf(IOException.class);
    }

    @Test
    void loadHasTheNumberOfTasks() throws IOException {
        assertThat(LoadAverage.parse("1.36 3.49 4.53 2/3518 3715089\n"))
                .isEqualTo(new LoadAverage(1.36, 3.49, 4.53, 3518));
        assertThatThrownBy(() -> LoadAverage.parse("1 2 3")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LoadAverage.parse("1 2 x 4/5 6")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            textBlock =
                    """
                    PRETTY_NAME="Debian GNU/Linux 12 (bookworm)",   Debian GNU/Linux 12 (bookworm)
                    PRETTY_NAME='single quoted',                    single quoted
                    PRETTY_NAME=plain,                              plain
                    PRETTY_NAME="a \\"b\\" \\$c",                   a "b" $c
                    PRETTY_NAME="half,                              "half
                    """)
    void namesOfSystemsAreUnquoted(String line, String name) {
        OsRelease release = OsRelease.parse("# comment=1\n\n" + line + "\nID=debian\n");
        assertThat(release.prettyName()).hasValue(name);
        assertThat(release.id()).hasValue("debian");
        assertThat(release.values()).hasSize(2);
    }

    @Test
    void aProcessNamedToConfuseIsReadRightly() throws IOException {
        String stat =
                "42 (a) S 1 (b\n) R 1 42 42 0 -1 4194304 100 200 0 0 150 50 0 0 20 0 7 0 123456"
                        + " 1000000 250 18446744073709551615 1 1 0\n";
        ProcessUsage usage =
                ProcessUsage.parse(stat, "Name:\tx\nVmRSS:\t    1000 kB\nThreads:\t7\n");
        assertThat(usage)
                .isEqualTo(
                        new ProcessUsage(
                                "a) S 1 (b\n",
                                Duration.ofSeconds(2),
                                Duration.ofMillis(1234560),
                                1_024_000,
                                7));
        assertThat(ProcessUsage.parse(stat, "Name:\tkthread\n").residentBytes()).isZero();
        assertThatThrownBy(() -> ProcessUsage.parse("42 (cut) S 1", ""))
                .isInstanceOf(IOException.class);
    }

    @Test
    void countersOfInterfacesAreListed() throws IOException {
        String text =
                """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
                eth0:99999999999  22    3    4    0     0          0         0      55      66    7    8    0     0       0          0
                """;
        assertThat(InterfaceCounters.parse(text))
                .containsExactly(
                        new InterfaceCounters("lo", 100, 1, 0, 0, 100, 1, 0, 0),
                        new InterfaceCounters("eth0", 99_999_999_999L, 22, 3, 4, 55, 66, 7, 8));
        assertThatThrownBy(() -> InterfaceCounters.parse("a\nb\neth0: 1 2\n"))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',        '[]',              ''
                    '0',       '[0]',             '0'
                    '0-3,8',   '[0, 1, 2, 3, 8]', '0-3,8'
                    '1,0,2',   '[0, 1, 2]',       '0-2'
                    '5-6,2\n', '[2, 5, 6]',       '2,5-6'
                    """)
    void listsOfCpusAreReadAndWritten(String text, String numbers, String canonical)
            throws IOException {
        assertThat(CpuList.parse(text).toString()).isEqualTo(numbers);
        assertThat(CpuList.format(CpuList.parse(text))).isEqualTo(canonical);
        assertThat(CpuList.format(new TreeSet<>())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1-", "-1", "3-1", "1,,2", "0-2000000000", "1 2"})
    void listsThatMakeNoSenseAreRefused(String text) {
        assertThatThrownBy(() -> CpuList.parse(text)).isInstanceOf(IOException.class);
    }

    private static final String ROUTES =
            """
            Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
            eth0	00000000	0100000A	0003	0	0	0	00000000	0	0	0
            eth0	00000A0A	00000000	0001	0	0	0	0000FFFF	0	0	0
            dummy	00000000	00000000	0001	0	0	0	000000FF	0	0	0
            """;
    private static final String ROUTES6 =
            """
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth1
            fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth1
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
            """;

    @Test
    void defaultRoutesAreThoseWithoutDestinationAndMask() throws IOException {
        assertThat(DefaultRoute.parseIpv4(ROUTES))
                .containsExactly(new DefaultRoute("eth0", InetAddress.ofLiteral("10.0.0.1")));
        assertThat(DefaultRoute.parseIpv6(ROUTES6))
                .containsExactly(new DefaultRoute("eth1", InetAddress.ofLiteral("fe80::1")));
        assertThat(DefaultRoute.parseIpv4("")).isEmpty();
        assertThatThrownBy(() -> DefaultRoute.parseIpv4("heading\neth0 0\n"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> DefaultRoute.parseIpv4("h\neth0 00000000 zz 1 2 3 4 00000000\n"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> DefaultRoute.parseIpv6("00 00 00\n"))
                .isInstanceOf(IOException.class);
    }

    private static HostAddress.Interface face(
            String name, boolean up, boolean loopback, String... addresses) {
        List<InetAddress> parsed = List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
        return new HostAddress.Interface(name, up, loopback, false, parsed);
    }

    @Test
    void theNodesAddressIsAGlobalOneOnTheDefaultRoute() throws IOException {
        List<DefaultRoute> v4 = DefaultRoute.parseIpv4(ROUTES);
        List<DefaultRoute> v6 = DefaultRoute.parseIpv6(ROUTES6);
        HostAddress.Interface lo = face("lo", true, true, "127.0.0.1", "::1", "192.0.2.9");
        HostAddress.Interface eth0 =
                face("eth0", true, false, "fe80::5", "169.254.1.1", "10.0.0.7");
        HostAddress.Interface eth1 = face("eth1", true, false, "fe80::6", "2001:db8::6");
        List<HostAddress.Interface> all = List.of(lo, eth0, eth1);
        assertThat(HostAddress.choose(v4, all, false)).hasValue(InetAddress.ofLiteral("10.0.0.7"));
        assertThat(HostAddress.choose(v6, all, true))
                .hasValue(InetAddress.ofLiteral("2001:db8::6"));
        assertThat(HostAddress.choose(v4, all, true)).isEmpty();
        assertThat(HostAddress.choose(List.of(), all, false)).isEmpty();
    }

    @Test
    void withLinkLocalAddressesOnlyTheLoopbackHasTheNodesAddress() throws IOException {
        List<DefaultRoute> routes = DefaultRoute.parseIpv4(ROUTES);
        HostAddress.Interface lo = face("lo", true, true, "127.0.0.1", "192.0.2.9");
        HostAddress.Interface linkLocal = face("eth0", true, false, "169.254.1.1");
        HostAddress.Interface down = face("eth0", false, false, "10.0.0.7");
        assertThat(HostAddress.choose(routes, List.of(lo, linkLocal), false))
                .hasValue(InetAddress.ofLiteral("192.0.2.9"));
        assertThat(HostAddress.choose(routes, List.of(lo, down), false))
                .hasValue(InetAddress.ofLiteral("192.0.2.9"));
        assertThat(HostAddress.choose(routes, List.of(down), false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    10.1.2.3,        true
                    192.0.2.1,       true
                    2001:db8::1,     true
                    fd00::1,         true
                    0.0.0.0,         false
                    127.0.0.1,       false
                    169.254.0.1,     false
                    224.0.0.1,       false
                    255.255.255.255, false
                    ::,              false
                    ::1,             false
                    fe80::1,         false
                    ff02::1,         false
                    """)
    void globalAddressesAreTold(String address, boolean global) {
        assertThat(HostAddress.isGlobalUnicast(InetAddress.ofLiteral(address))).isEqualTo(global);
    }
}
