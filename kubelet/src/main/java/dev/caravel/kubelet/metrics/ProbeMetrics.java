package dev.caravel.kubelet.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.probe.ProbeKind;
import dev.caravel.kubelet.probe.ProbeObserver;
import dev.caravel.kubelet.probe.ProbeResult;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts runs of probes; what {@code /metrics/probes} shows (contract §9.3). */
public final class ProbeMetrics implements ProbeObserver {

    private final Counter runs;
    private final Histogram durations;

    /** Label values in use, by UID, so that those of a pod that is gone can be dropped. */
    private final Map<String, Set<Used>> used = new ConcurrentHashMap<>();

    private record Used(List<String> run, List<String> duration) {}

    public ProbeMetrics(Metrics metrics) {
        runs =
                metrics.counter(
                        "prober_probe_total",
                        "[BETA] Cumulative number of a liveness, readiness or startup probe for a"
                                + " container by result.",
                        "container",
                        "namespace",
                        "pod",
                        "pod_uid",
                        "probe_type",
                        "result");
        durations =
                metrics.histogram(
                        "prober_probe_duration_seconds",
                        "[ALPHA] Duration in seconds for a probe response.",
                        Metrics.DEFAULT_BUCKETS,
                        "container",
                        "namespace",
                        "pod",
                        "probe_type");
    }

    @Override
    public void ran(
            PodRef pod, String container, ProbeKind kind, ProbeResult result, Duration took) {
        String text =
                switch (result) {
                    case ProbeResult.Success _, ProbeResult.Warning _ -> "successful";
                    case ProbeResult.Failure _ -> "failed";
                    case ProbeResult.Unknown _ -> "unknown";
                };
        List<String> run =
                List.of(container, pod.namespace(), pod.name(), pod.uid(), kind.text(), text);
        List<String> duration = List.of(container, pod.namespace(), pod.name(), kind.text());
        used.computeIfAbsent(pod.uid(), _ -> ConcurrentHashMap.newKeySet())
                .add(new Used(run, duration));
        runs.labelValues(run.toArray(String[]::new)).inc();
        durations.labelValues(duration.toArray(String[]::new)).observe(took.toNanos() / 1e9);
    }

    @Override
    public void forgotten(PodRef pod) {
        Set<Used> gone = used.remove(pod.uid());
        if (gone != null) {
            for (Used labels : gone) {
                runs.remove(labels.run.toArray(String[]::new));
                durations.remove(labels.duration.toArray(String[]::new));
            }
        }
    }
}
