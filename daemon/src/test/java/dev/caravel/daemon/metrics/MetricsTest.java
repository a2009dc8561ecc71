package dev.caravel.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    private String text() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void writesNamesExactlyAsDeclared() throws Exception {
        metrics.counter("rest_client_requests_total", "h", "code", "method", "host")
                .labelValues("200", "GET", "10.0.0.1:6443")
                .inc();
        metrics.counter("kubelet_evictions", "h", "eviction_signal")
                .labelValues("memory.available")
                .inc(2);
        metrics.counter("kubelet_pleg_discard_events", "Discards").inc();
        metrics.gauge("kubeproxy_sync_proxy_rules_iptables_total", "h", "table")
                .labelValues("nat")
                .set(7);
        metrics.gauge("kubernetes_build_info", "h", "git_version").labelValues("v1.37.2").set(1);
        metrics.gauge("volume_manager_total_volumes", "h", () -> 3);
        metrics.counter("plain", "h", () -> 1234567);

        assertThat(text())
                .isEqualTo(
                        """
                        # HELP kubelet_evictions h
                        # TYPE kubelet_evictions counter
                        kubelet_evictions{eviction_signal="memory.available"} 2
                        # HELP kubelet_pleg_discard_events Discards
                        # TYPE kubelet_pleg_discard_events counter
                        kubelet_pleg_discard_events 1
                        # HELP kubeproxy_sync_proxy_rules_iptables_total h
                        # TYPE kubeproxy_sync_proxy_rules_iptables_total gauge
                        kubeproxy_sync_proxy_rules_iptables_total{table="nat"} 7
                        # HELP kubernetes_build_info h
                        # TYPE kubernetes_build_info gauge
                        kubernetes_build_info{git_version="v1.37.2"} 1
                        # HELP plain h
                        # TYPE plain counter
                        plain 1.234567e+06
                        # HELP rest_client_requests_total h
                        # TYPE rest_client_requests_total counter
                        rest_client_requests_total{code="200",host="10.0.0.1:6443",method="GET"} 1
                        # HELP volume_manager_total_volumes h
                        # TYPE volume_manager_total_volumes gauge
                        volume_manager_total_volumes 3
                        """);
    }

    @Test
    void writesHistogramsWithGoBounds() throws Exception {
        Histogram histogram =
                metrics.histogram("kubelet_x_seconds", "h", List.of(.005, 1.0, 60.0), "op");
        histogram.labelValues("a").observe(0.5);
        histogram.labelValues("a").observe(100);

        assertThat(text())
                .isEqualTo(
                        """
                        # HELP kubelet_x_seconds h
                        # TYPE kubelet_x_seconds histogram
                        kubelet_x_seconds_bucket{op="a",le="0.005"} 0
                        kubelet_x_seconds_bucket{op="a",le="1"} 1
                        kubelet_x_seconds_bucket{op="a",le="60"} 1
                        kubelet_x_seconds_bucket{op="a",le="+Inf"} 2
                        kubelet_x_seconds_sum{op="a"} 100.5
                        kubelet_x_seconds_count{op="a"} 2
                        """);
    }

    @Test
    void escapesLabelValuesAndKeepsTimestamps() throws Exception {
        metrics.source(out ->
                out.family("m", SeriesWriter.Type.GAUGE, "back\\slash\nline \"q\"")
                        .sampleAt(1, 1700000000123L, "l", "a\"b\\c\nd"));
        assertThat(text())
                .isEqualTo(
                        """
                        # HELP m back\\\\slash\\nline "q"
                        # TYPE m gauge
                        m{l="a\\"b\\\\c\\nd"} 1 1700000000123
                        """);
    }

    @Test
    void refusesANameDeclaredTwice() {
        Counter first = metrics.counter("a_total", "h");
        assertThatThrownBy(() -> metrics.gauge("a_total", "h"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a_total");
        assertThat(first.get()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-1, -1",
        "0.005, 0.005",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "0.000012345, 1.2345e-05",
        "123456, 123456",
        "1000000, 1e+06",
        "1234567, 1.234567e+06",
        "123456.789, 123456.789",
        "1e21, 1e+21",
        "1e100, 1e+100",
        "NaN, NaN",
        "Infinity, +Inf",
        "-Infinity, -Inf",
        "-2.5, -2.5",
        "-1e7, -1e+07",
        "1.7640000001e9, 1.7640000001e+09",
        "2.5e-3, 0.0025",
    })
    void writesNumbersAsGoDoes(double value, String text) {
        assertThat(GoFloat.of(value)).isEqualTo(text);
    }

    @Test
    void makesExponentialBucketsAsGoDoes() {
        assertThat(Metrics.exponentialBuckets(.005, 2.5, 3)).containsExactly(.005, .0125, .03125);
    }

    @Test
    void readsItsOwnProcess() throws Exception {
        metrics.source(new ProcessMetrics(Path.of("/proc")));
        assertThat(text().lines().filter(line -> !line.startsWith("#")))
                .anyMatch(line -> line.matches("process_cpu_seconds_total [0-9.e+]+"))
                .anyMatch(line -> line.matches("process_open_fds [1-9][0-9]*"))
                .anyMatch(line -> line.matches("process_resident_memory_bytes [0-9.]+e\\+0[789]"))
                .anyMatch(line -> line.startsWith("process_start_time_seconds 1."))
                .anyMatch(line -> line.startsWith("process_network_receive_bytes_total "))
                .hasSize(9);
    }

    @Test
    void leavesProcessMetricsOutWhenProcIsHidden(@org.junit.jupiter.api.io.TempDir Path empty)
            throws Exception {
        metrics.source(new ProcessMetrics(empty));
        assertThat(text()).isEmpty();
    }

    @Test
    void servesScrapersPlainAndCompressed() throws Exception {
        metrics.counter("a_total", "h").inc();
        try (HttpServer server =
                        HttpServer.start(
                                HttpServerSettings.of(
                                        "metrics",
                                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                        Optional.empty()),
                                new MetricsHandler(metrics));
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/metrics");
            HttpResponse<String> plain =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(plain.body()).endsWith("a_total 1\n");
            assertThat(plain.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            HttpResponse<byte[]> zipped =
                    client.send(
                            HttpRequest.newBuilder(uri).header("Accept-Encoding", "gzip").build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            byte[] unzipped =
                    new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
            assertThat(new String(unzipped, StandardCharsets.UTF_8)).isEqualTo(plain.body());
        }
    }
}
