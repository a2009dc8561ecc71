package dev.caravel.kubelet.metrics;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.worker.ActionFailedException;
import dev.caravel.kubelet.worker.ActionRunner;
import dev.caravel.kubelet.worker.Progress;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;

/**
 * Counts what is done for pods: containers and sandboxes started, pods begun, and how long each
 * kind of work takes.
 */
public final class ActionMetrics {

    private static final String TYPE = "container_type";

    private final Counter started;
    private final Counter startErrors;
    private final Counter pods;
    private final Counter podErrors;
    private final Histogram durations;
    private final Histogram containers;
    private final Ticks ticks;

    public ActionMetrics(Metrics metrics, Ticks ticks) {
        started =
                metrics.counter(
                        "kubelet_started_containers_total",
                        "[ALPHA] Cumulative number of containers started",
                        TYPE);
        startErrors =
                metrics.counter(
                        "kubelet_started_containers_errors_total",
                        "[ALPHA] Cumulative number of errors when starting containers",
                        "code",
                        TYPE);
        pods =
                metrics.counter(
                        "kubelet_started_pods_total", "[ALPHA] Cumulative number of pods started");
        podErrors =
                metrics.counter(
                        "kubelet_started_pods_errors_total",
                        "[ALPHA] Cumulative number of errors when starting pods");
        durations =
                metrics.histogram(
                        "kubelet_pod_worker_duration_seconds",
                        "[ALPHA] Duration in seconds to sync a single pod. Broken down by"
                                + " operation type: create, update, or sync",
                        Metrics.DEFAULT_BUCKETS,
                        "operation_type");
        containers =
                metrics.histogram(
                        "kubelet_containers_per_pod_count",
                        "[ALPHA] The number of containers per pod.",
                        List.of(1.0, 2.0, 4.0, 8.0, 16.0));
        this.ticks = ticks;
    }

    /** Counts what {@code runner} does. */
    public ActionRunner around(ActionRunner runner) {
        return (pod, action, progress) -> run(runner, pod, action, progress);
    }

    private Outcome run(ActionRunner runner, DesiredPod pod, Action action, Progress progress)
            throws ActionFailedException, InterruptedException {
        long begin = ticks.nanos();
        try {
            Outcome outcome = runner.run(pod, action, progress);
            done(pod, action);
            return outcome;
        } catch (ActionFailedException e) {
            failed(action, e);
            throw e;
        } finally {
            durations.labelValues(operation(action)).observe((ticks.nanos() - begin) / 1e9);
        }
    }

    private void done(DesiredPod pod, Action action) {
        switch (action) {
            case Action.CreateSandbox create -> {
                started.labelValues(ContainerTypes.SANDBOX).inc();
                if (create.attempt() == 0) {
                    pods.inc();
                    containers.observe(PodContainer.regular(pod.pod()).size());
                }
            }
            case Action.StartContainer start ->
                    started.labelValues(ContainerTypes.of(start.container().kind())).inc();
            default -> {}
        }
    }

    private void failed(Action action, ActionFailedException e) {
        String reason = e.failure().reason();
        switch (action) {
            case Action.CreateSandbox create -> {
                startErrors.labelValues(reason, ContainerTypes.SANDBOX).inc();
                if (create.attempt() == 0) {
                    podErrors.inc();
                }
            }
            case Action.StartContainer start ->
                    startErrors
                            .labelValues(reason, ContainerTypes.of(start.container().kind()))
                            .inc();
            default -> {}
        }
    }

    /** Upstream's word for the kind of work; here each step is one observation. */
    static String operation(Action action) {
        return switch (action) {
            case Action.PreparePod _,
                    Action.CreateSandbox _,
                    Action.EnsureImage _,
                    Action.StartContainer _,
                    Action.RunPostStart _ ->
                    "create";
            case Action.RefreshVolumes _, Action.ResizePod _ -> "sync";
            case Action.StopSandbox _, Action.StopContainer _ -> "kill";
            case Action.RemoveContainer _ -> "update";
            case Action.ReleasePod _, Action.RemoveRemains _ -> "terminated";
        };
    }
}
