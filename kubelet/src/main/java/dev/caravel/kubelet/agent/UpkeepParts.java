package dev.caravel.kubelet.agent;

import dev.caravel.config.Quantity;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.evict.Evictor;
import dev.caravel.kubelet.evict.NodeSignals;
import dev.caravel.kubelet.evict.Observation;
import dev.caravel.kubelet.evict.Signal;
import dev.caravel.kubelet.evict.SignalReader;
import dev.caravel.kubelet.evict.Thresholds;
import dev.caravel.kubelet.evict.UsageReader;
import dev.caravel.kubelet.gc.ImageCollector;
import dev.caravel.kubelet.logs.LogRotation;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.kubelet.spec.LogPaths;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.plugin.EmptyDirPlugin;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps the node within its bounds: rotation of logs, removal of unused images, and the end of
 * pods when it runs short all the same.
 */
final class UpkeepParts implements AutoCloseable {

    private final Parts parts = new Parts();
    private final PodParts.Ways ways;
    private final PodParts pods;
    private final NodeView node;
    private final EventSink events;
    private final Metrics metrics;
    private final Ticks ticks;

    private UpkeepParts(
            PodParts.Ways ways,
            PodParts pods,
            NodeView node,
            EventSink events,
            Metrics metrics,
            Ticks ticks) {
        this.ways = ways;
        this.pods = pods;
        this.node = node;
        this.events = events;
        this.metrics = metrics;
        this.ticks = ticks;
    }

    /** Starts everything; the sources of pods have been started. */
    static UpkeepParts start(
            PodParts.Ways ways,
            PodParts pods,
            NodeView node,
            EventSink events,
            Metrics metrics,
            Ticks ticks) {
        UpkeepParts upkeep = new UpkeepParts(ways, pods, node, events, metrics, ticks);
        upkeep.logs();
        NodeSignals signals = upkeep.signals();
        ImageCollector images = upkeep.images(signals);
        upkeep.evictor(signals, images);
        return upkeep;
    }

    private NodeSignals signals() {
        return new SignalReader(
                Path.of("/proc"),
                ways.settings().flags().rootDir(),
                Kernel.files(),
                ways.images(),
                ways.cgroups(),
                ways.cgroups().path(node.facts().cgroups().names().kubepods()));
    }

    private ImageCollector images(NodeSignals signals) {
        KubeletConfiguration config = ways.config();
        Counter collected =
                metrics.counter(
                        "kubelet_image_garbage_collected_total",
                        "Images removed, by reason: age or space",
                        "reason");
        ImageCollector.Observer observer =
                new ImageCollector.Observer() {
                    @Override
                    public void removed(String reason) {
                        collected.labelValues(reason).inc();
                    }

                    @Override
                    public void left(Set<String> imageIds, Instant collectionStarted) {
                        pods.puller().prune(imageIds, collectionStarted);
                    }
                };
        ImageCollector images =
                parts.keep(
                        new ImageCollector(
                                new ImageCollector.Settings(
                                        config.imageMinimumGCAge(),
                                        config.imageMaximumGCAge(),
                                        config.imageGCHighThresholdPercent(),
                                        config.imageGCLowThresholdPercent()),
                                new ImageCollector.Sources(
                                        ways.images(),
                                        ways.runtime(),
                                        pods.view(),
                                        () -> imageDisk(signals)),
                                events,
                                observer,
                                ticks));
        images.start();
        return images;
    }

    private static ImageCollector.Disk imageDisk(NodeSignals signals) throws IOException {
        Observation seen = signals.measure().get(Signal.IMAGE_FS);
        if (seen == null) {
            throw new IOException("the runtime does not tell where images lie, or it is not there");
        }
        return new ImageCollector.Disk(seen.available(), seen.capacity());
    }

    private void evictor(NodeSignals signals, ImageCollector images) {
        KubeletConfiguration config = ways.config();
        Counter evictions =
                metrics.counter("kubelet_evictions", "Pods evicted, by signal", "eviction_signal");
        Path podLogs = Path.of(config.podLogsDir());
        VolumePaths paths = new VolumePaths(ways.settings().flags().rootDir());
        UsageReader.Places places =
                new UsageReader.Places(
                        pod ->
                                ways.cgroups()
                                        .path(PodCgroups.name(pod.pod(), node.facts().cgroups())),
                        pod -> LogPaths.podDirectory(podLogs, pod.ref()),
                        (pod, volume) ->
                                paths.volume(pod.ref().uid(), EmptyDirPlugin.NAME, volume));
        UsageReader usages =
                new UsageReader(
                        ways.runtime(), ways.cgroups(), new DirectoryTree(Kernel.files()), places);
        Evictor evictor =
                parts.keep(
                        new Evictor(
                                Thresholds.of(config),
                                new Evictor.Settings(
                                        config.evictionPressureTransitionPeriod(),
                                        Duration.ofSeconds(config.evictionMaxPodGracePeriod()),
                                        config.localStorageCapacityIsolation()),
                                new Evictor.Parts(
                                        signals,
                                        usages,
                                        new Evictor.Pods(this::active, this::end, this::cleanedUp),
                                        new Evictor.Reclaim(
                                                pods::removeDeadContainers, images::removeUnused),
                                        events,
                                        signal -> evictions.labelValues(signal).inc()),
                                ticks));
        ways.board().pressures(evictor::pressures);
        evictor.start();
    }

    /** Pods that are admitted and not over, nor about to be. */
    private List<DesiredPod> active() {
        return pods.store().all().stream()
                .filter(p -> pods.workers().has(p.ref().uid()))
                .filter(p -> !isOver(p))
                .toList();
    }

    private boolean isOver(DesiredPod pod) {
        Optional<Plan> plan = pods.workers().explain(pod.ref().uid()).flatMap(Explanation::plan);
        return plan.isPresent() && plan.get().termination().isPresent();
    }

    private void end(
            DesiredPod pod, String reason, String message, boolean disruption, Duration grace) {
        pods.workers()
                .end(
                        pod.ref().uid(),
                        new Termination.Cause.Failed(reason, message, disruption),
                        grace);
    }

    private boolean cleanedUp(DesiredPod pod) {
        return pods.workers()
                .explain(pod.ref().uid())
                .flatMap(Explanation::plan)
                .map(Plan::released)
                .orElse(true);
    }

    private void logs() {
        KubeletConfiguration config = ways.config();
        long maxSize =
                Quantity.parse(config.containerLogMaxSize())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "containerLogMaxSize was not checked: "
                                                + config.containerLogMaxSize()))
                        .longValue();
        LogRotation rotation =
                parts.keep(
                        new LogRotation(
                                new LogRotation.Settings(
                                        Path.of(config.podLogsDir()),
                                        maxSize,
                                        config.containerLogMaxFiles(),
                                        config.containerLogMaxWorkers(),
                                        config.containerLogMonitorInterval()),
                                new SafeFiles(Kernel.files()),
                                () -> runningLogs(pods.view()),
                                ways.runtime()::reopenContainerLog,
                                ticks));
        pods.logs().onLink(rotation::started);
    }

    private static List<LogRotation.Running> runningLogs(RuntimeView view) {
        return view.all().stream()
                .flatMap(p -> view.of(p.uid()).containers().stream())
                .filter(ObservedContainer::isRunning)
                .filter(c -> !c.status().logPath().isEmpty())
                .map(c ->
                        new LogRotation.Running(c.id(), Path.of(c.status().logPath()).normalize()))
                .toList();
    }

    @Override
    public void close() {
        parts.close();
    }
}
