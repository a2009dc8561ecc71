package dev.caravel.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.linux.ip.IpFamily;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, types and labels as a scrape of upstream's kube-proxy 1.37.2 has them. */
class MetricNamesTest {
    private static final String BOTH_MODES =
            """
            kubeproxy_conntrack_reconciler_deleted_entries_total counter ip_family
            kubeproxy_conntrack_reconciler_sync_duration_seconds histogram ip_family
            kubeproxy_network_programming_duration_seconds histogram ip_family
            kubeproxy_proxy_healthz_total counter code
            kubeproxy_proxy_livez_total counter code
            kubeproxy_sync_full_proxy_rules_duration_seconds histogram ip_family
            kubeproxy_sync_partial_proxy_rules_duration_seconds histogram ip_family
            kubeproxy_sync_proxy_rules_duration_seconds histogram ip_family
            kubeproxy_sync_proxy_rules_endpoint_changes_pending gauge
            kubeproxy_sync_proxy_rules_endpoint_changes_total counter
            kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds gauge ip_family
            kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge ip_family
            kubeproxy_sync_proxy_rules_no_local_endpoints_total gauge ip_family traffic_policy
            kubeproxy_sync_proxy_rules_service_changes_pending gauge
            kubeproxy_sync_proxy_rules_service_changes_total counter
            """;
    private static final String IPTABLES =
            """
            kubeproxy_sync_proxy_rules_iptables_last gauge ip_family table
            kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total counter ip_family
            kubeproxy_sync_proxy_rules_iptables_restore_failures_total counter ip_family
            kubeproxy_sync_proxy_rules_iptables_total gauge ip_family table
            """;
    private static final String NFTABLES =
            """
            kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total counter ip_family
            kubeproxy_sync_proxy_rules_nftables_sync_failures_total counter ip_family
            """;

    private static final Pattern LABEL = Pattern.compile("[{,]([a-z_]+)=");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areUpstreams(boolean iptables) throws IOException {
        Metrics metrics = new Metrics();
        ProxyMetrics proxy = new ProxyMetrics(metrics, iptables, () -> 0, () -> 0);
        proxy.queued(IpFamily.IPV4, Instant.EPOCH);
        proxy.changes(1, 1);
        proxy.synced(IpFamily.IPV4, true, Duration.ofMillis(1));
        proxy.synced(IpFamily.IPV4, false, Duration.ofMillis(1));
        proxy.succeeded(IpFamily.IPV4, Instant.EPOCH);
        proxy.programmed(IpFamily.IPV4, Duration.ofMillis(1));
        proxy.noLocalEndpoints(IpFamily.IPV4, 1, 1);
        proxy.health().healthz(200);
        proxy.health().livez(503);
        proxy.conntrack().searched(IpFamily.IPV4, 1, Duration.ofMillis(1));
        proxy.mode().failed(IpFamily.IPV4, false);
        proxy.mode().cleanupFailed(IpFamily.IPV4);
        proxy.mode().rules(IpFamily.IPV4, "nat", 1, 1);
        assertThat(described(metrics))
                .isEqualTo(
                        new TreeSet<>(
                                (BOTH_MODES + (iptables ? IPTABLES : NFTABLES)).lines().toList()));
    }

    /** Our own, which upstream does not have, are left out. */
    private static Set<String> described(Metrics metrics) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.write(out);
        TreeMap<String, String> types = new TreeMap<>();
        TreeMap<String, TreeSet<String>> labels = new TreeMap<>();
        String family = "";
        for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                family = words[2];
                types.put(family, words[3]);
            } else if (!line.startsWith("#")) {
                TreeSet<String> found = labels.computeIfAbsent(family, f -> new TreeSet<>());
                Matcher matcher = LABEL.matcher(line);
                while (matcher.find()) {
                    found.add(matcher.group(1));
                }
                found.remove("le");
            }
        }
        return types.keySet().stream()
                .filter(name -> name.startsWith("kubeproxy_"))
                .map(name ->
                        (name
                                        + " "
                                        + types.get(name)
                                        + " "
                                        + String.join(
                                                " ", labels.getOrDefault(name, new TreeSet<>())))
                                .strip())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
