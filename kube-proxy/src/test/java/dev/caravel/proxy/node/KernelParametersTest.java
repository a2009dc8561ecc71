package dev.caravel.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.config.proxy.KubeProxyConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelParametersTest {
    @TempDir Path root;
    private KernelParameters kernel;

    @BeforeEach
    void system() throws IOException {
        kernel = new KernelParameters(root.resolve("proc"), root.resolve("sys"));
        put("proc/sys/net/netfilter/nf_conntrack_max", "65536\n");
        put("proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established", "432000\n");
        put("proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait", "3600\n");
        put("proc/sys/net/netfilter/nf_conntrack_udp_timeout", "30\n");
        put("sys/module/nf_conntrack/parameters/hashsize", "16384\n");
        put("sys/devices/system/cpu/online", "0-3,6\n");
    }

    private void put(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private String get(String file) throws IOException {
        return Files.readString(root.resolve(file)).strip();
    }

    private static KubeProxyConfiguration.Conntrack config(int perCore, int min) {
        return new KubeProxyConfiguration.Conntrack(
                perCore,
                min,
                Duration.ofHours(24),
                Duration.ofHours(1),
                false,
                Duration.ZERO,
                Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    32768, 131072,  2,  131072
                    32768, 131072,  8,  262144
                    32768, 131072,  64, 1048576
                    32768, 2000000, 2,  2000000
                    0,     131072,  8,  0
                    """)
    void sizesTheTableByCpus(int perCore, int min, int cpus, int expected) {
        assertThat(ConntrackParameters.maxEntries(config(perCore, min), cpus)).isEqualTo(expected);
    }

    @Test
    void raisesWhatIsTooSmallAndLeavesTheRest() throws IOException {
        assertThat(kernel.onlineCpus()).isEqualTo(5);
        ConntrackParameters.apply(config(32_768, 131_072), kernel);
        assertThat(get("proc/sys/net/netfilter/nf_conntrack_max")).isEqualTo("163840");
        assertThat(get("sys/module/nf_conntrack/parameters/hashsize")).isEqualTo("40960");
        assertThat(get("proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established"))
                .isEqualTo("86400");
        assertThat(get("proc/sys/net/netfilter/nf_conntrack_udp_timeout")).isEqualTo("30");
        put("proc/sys/net/netfilter/nf_conntrack_max", "262144\n");
        put("sys/module/nf_conntrack/parameters/hashsize", "65536\n");
        ConntrackParameters.apply(config(32_768, 131_072), kernel);
        assertThat(get("proc/sys/net/netfilter/nf_conntrack_max")).isEqualTo("262144");
        assertThat(get("sys/module/nf_conntrack/parameters/hashsize")).isEqualTo("65536");
    }

    @Test
    void leavesTheTableAloneWhenToldTo() throws IOException {
        ConntrackParameters.apply(config(0, 131_072), kernel);
        assertThat(get("proc/sys/net/netfilter/nf_conntrack_max")).isEqualTo("65536");
    }

    @Test
    void aParameterThatIsMissingIsAnError() throws IOException {
        Files.delete(root.resolve("sys/module/nf_conntrack/parameters/hashsize"));
        assertThatThrownBy(() -> ConntrackParameters.apply(config(32_768, 131_072), kernel))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hashsize");
    }

    @Test
    void knowsWhetherTheKernelSpeaksIpv6() throws IOException {
        assertThat(kernel.ipv6()).isFalse();
        put("proc/net/if_inet6", "");
        assertThat(kernel.ipv6()).isTrue();
        put("proc/sys/net/ipv6/conf/all/disable_ipv6", "1\n");
        assertThat(kernel.ipv6()).isFalse();
        put("proc/sys/net/ipv6/conf/all/disable_ipv6", "0\n");
        assertThat(kernel.ipv6()).isTrue();
    }
}
