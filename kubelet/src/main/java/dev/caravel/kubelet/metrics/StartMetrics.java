package dev.caravel.kubelet.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.worker.StartTimelines;
import dev.caravel.kubelet.worker.Timeline;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** How long pods take to start (contract §9.2). */
public final class StartMetrics implements StartTimelines {

    private static final List<Double> STARTS =
            List.of(
                    .5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 20.0, 30.0, 45.0, 60.0, 120.0,
                    180.0, 240.0, 300.0, 360.0, 480.0, 600.0, 900.0, 1200.0, 1800.0, 2700.0,
                    3600.0);

    private final Histogram whole;
    private final Histogram sli;
    private final Histogram total;
    private final Histogram waited;
    private final Gauge first;
    private final AtomicBoolean seenFirst = new AtomicBoolean();

    public StartMetrics(Metrics metrics) {
        whole =
                metrics.histogram(
                        "kubelet_pod_start_duration_seconds",
                        "[ALPHA] Duration in seconds from kubelet seeing a pod for the first time"
                                + " to the pod starting to run",
                        STARTS);
        sli =
                metrics.histogram(
                        "kubelet_pod_start_sli_duration_seconds",
                        "[ALPHA] Duration in seconds to start a pod, excluding time to pull images"
                                + " and run init containers, measured from pod creation timestamp"
                                + " to when all its containers are reported as started and observed"
                                + " via watch",
                        STARTS);
        total =
                metrics.histogram(
                        "kubelet_pod_start_total_duration_seconds",
                        "[ALPHA] Duration in seconds to start a pod since creation, including time"
                                + " to pull images and run init containers, measured from pod"
                                + " creation timestamp to when all its containers are reported as"
                                + " started and observed via watch",
                        STARTS);
        waited =
                metrics.histogram(
                        "kubelet_pod_worker_start_duration_seconds",
                        "[ALPHA] Duration in seconds from kubelet seeing a pod to starting a"
                                + " worker.",
                        Metrics.DEFAULT_BUCKETS);
        first =
                metrics.gauge(
                        "kubelet_first_network_pod_start_sli_duration_seconds",
                        "[INTERNAL] Duration in seconds to start the first network pod, excluding"
                                + " time to pull images and run init containers, measured from pod"
                                + " creation timestamp to when all its containers are reported as"
                                + " started and observed via watch");
    }

    @Override
    public void ready(DesiredPod pod, Timeline timeline) {
        Optional<Instant> ready = timeline.ready();
        if (ready.isEmpty()) {
            return;
        }
        whole.observe(seconds(Duration.between(timeline.begin(), ready.get())));
        timeline.steps().stream()
                .map(Timeline.Step::after)
                .min(Duration::compareTo)
                .ifPresent(d -> waited.observe(seconds(d)));
        Duration since =
                Duration.between(
                        Instant.parse(pod.pod().getMetadata().getCreationTimestamp()), ready.get());
        total.observe(seconds(since));
        double withoutImages = Math.max(0, seconds(since.minus(images(timeline))));
        sli.observe(withoutImages);
        boolean network = !Boolean.TRUE.equals(pod.pod().getSpec().getHostNetwork());
        if (network && seenFirst.compareAndSet(false, true)) {
            first.set(withoutImages);
        }
    }

    /** From the begin of the first pull to the end of the last. */
    private static Duration images(Timeline timeline) {
        Optional<Duration> begin = Optional.empty();
        Duration end = Duration.ZERO;
        for (Timeline.Step step : timeline.steps()) {
            if (step.name().startsWith("image of ")) {
                Duration stepEnd = step.after().plus(step.took());
                begin =
                        Optional.of(
                                begin.filter(b -> b.compareTo(step.after()) < 0)
                                        .orElse(step.after()));
                end = end.compareTo(stepEnd) > 0 ? end : stepEnd;
            }
        }
        return begin.isPresent() ? end.minus(begin.get()) : Duration.ZERO;
    }

    private static double seconds(Duration d) {
        return d.toNanos() / 1e9;
    }
}
