package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.metrics.BuildMetrics;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.metrics.MetricsHandler;
import dev.caravel.daemon.metrics.ProcessMetrics;
import dev.caravel.daemon.metrics.SeriesWriter;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.metrics.ActionMetrics;
import dev.caravel.kubelet.metrics.HealthMetrics;
import dev.caravel.kubelet.metrics.NodeStartup;
import dev.caravel.kubelet.metrics.PodGauges;
import dev.caravel.kubelet.metrics.ProbeMetrics;
import dev.caravel.kubelet.metrics.RelistMetrics;
import dev.caravel.kubelet.metrics.RuntimeCallMetrics;
import dev.caravel.kubelet.metrics.StartMetrics;
import dev.caravel.kubelet.metrics.StatusMetrics;
import dev.caravel.kubelet.node.NodeWatch;
import dev.caravel.linux.fs.KernelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What is counted while the kubelet runs, and the paths that show it (contract §9.2, §9.3). */
final class MetricsParts {

    private static final Path PROC = Path.of("/proc");

    private final Metrics metrics = new Metrics();
    private final Metrics probes = new Metrics();
    private final Metrics health = new Metrics();
    private final RuntimeCallMetrics calls = new RuntimeCallMetrics(metrics);
    private final StatusMetrics statuses = new StatusMetrics(metrics);
    private final StartMetrics starts = new StartMetrics(metrics);
    private final ProbeMetrics probeRuns = new ProbeMetrics(probes);
    private final ActionMetrics actions;
    private final RelistMetrics relists;
    private final NodeStartup startup;
    private final Ticks ticks;

    /**
     * @throws IOException when /proc tells nothing
     */
    MetricsParts(KubeletSettings.Loaded settings, String nodeName, Ticks ticks) throws IOException {
        this.ticks = ticks;
        actions = new ActionMetrics(metrics, ticks);
        relists = new RelistMetrics(metrics, ticks);
        Instant started = ProcessHandle.current().info().startInstant().orElseGet(ticks::now);
        startup = new NodeStartup(booted(ticks), started);
        metrics.source(startup);
        metrics.source(new BuildMetrics(settings.gates()));
        metrics.source(new ProcessMetrics(PROC));
        metrics.source(out ->
                out.family(
                                "kubelet_node_name",
                                SeriesWriter.Type.GAUGE,
                                "[ALPHA] The node's name. The count is always 1.")
                        .sample(1, "node", nodeName));
        metrics.source(out ->
                out.family(
                                "kubelet_metrics_provider",
                                SeriesWriter.Type.GAUGE,
                                "[ALPHA] Metrics provider used by kubelet to collect"
                                        + " container stats. Values can be 'cadvisor' and"
                                        + " 'cri'")
                        .sample(1, "provider", "cadvisor"));
        probes.gauge(
                "process_start_time_seconds",
                "[ALPHA] Start time of the process since unix epoch in seconds.",
                () -> started.toEpochMilli() / 1000.0);
    }

    private static Instant booted(Ticks ticks) throws IOException {
        String uptime = KernelFiles.read(PROC.resolve("uptime"));
        double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        return ticks.now().minus(Duration.ofMillis((long) (seconds * 1000)));
    }

    /** Everything else counts here. */
    Metrics metrics() {
        return metrics;
    }

    RuntimeCallMetrics calls() {
        return calls;
    }

    StatusMetrics statuses() {
        return statuses;
    }

    StartMetrics starts() {
        return starts;
    }

    ProbeMetrics probes() {
        return probeRuns;
    }

    ActionMetrics actions() {
        return actions;
    }

    RelistMetrics relists() {
        return relists;
    }

    /** Counts the runs of health checks. */
    List<HealthCheck> counted(List<HealthCheck> checks) {
        return new HealthMetrics(checks, health).checks();
    }

    /** Adds what can be counted only once there are pods. */
    void pods(PodParts pods, boolean unifiedCgroups) {
        metrics.source(new PodGauges(pods.store(), pods.view(), () -> pods.workers().explainAll()));
        metrics.gauge(
                "kubelet_cgroup_version",
                "[ALPHA] cgroup version on the hosts.",
                () -> unifiedCgroups ? 2 : 1);
    }

    /** Notes when the node is registered and first ready. */
    void follow(NodeWatch watch) {
        startup.registering(ticks.now());
        watch.onChange(node -> {
            startup.registered(ticks.now());
            boolean ready =
                    node.getStatus() != null
                            && node.getStatus().getConditions().stream()
                                    .anyMatch(c ->
                                            c.getType().equals("Ready")
                                                    && c.getStatus().equals("True"));
            if (ready) {
                startup.ready(ticks.now());
            }
        });
    }

    /** The paths that show what is counted. */
    Routes routes() {
        return Routes.none()
                .with("/metrics", new MetricsHandler(metrics))
                .with("/metrics/probes", new MetricsHandler(probes))
                .with("/metrics/slis", new MetricsHandler(health));
    }
}
