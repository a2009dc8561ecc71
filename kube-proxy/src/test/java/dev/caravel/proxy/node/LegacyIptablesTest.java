package dev.caravel.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LegacyIptablesTest {
    @TempDir Path proc;
    private Path net;

    @BeforeEach
    void lay() throws IOException {
        net = Files.createDirectories(proc.resolve("self/net"));
    }

    @Test
    void aHostWithoutThemHearsNothing() throws IOException {
        assertThat(LegacyIptables.notice(proc)).isEmpty();
        Files.writeString(net.resolve("ip_tables_names"), "");
        assertThat(LegacyIptables.notice(proc)).isEmpty();
    }

    @Test
    void theirTablesAreNamedWithWhatToDo() throws IOException {
        Files.writeString(net.resolve("ip_tables_names"), "nat\nfilter\n");
        Files.writeString(net.resolve("ip6_tables_names"), "nat\n");
        assertThat(LegacyIptables.notice(proc))
                .hasValueSatisfying(notice ->
                        assertThat(notice)
                                .contains("IPv4 filter, IPv4 nat, IPv6 nat.")
                                .contains("update-alternatives --set iptables"));
    }
}
