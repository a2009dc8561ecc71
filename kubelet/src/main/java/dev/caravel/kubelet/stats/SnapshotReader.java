package dev.caravel.kubelet.stats;

import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.proc.InterfaceCounters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads snapshots. A group that cannot be read is left out and named; one that has gone since it
 * was listed is simply left out. Shared by all requests.
 */
public final class SnapshotReader {

    private static final Logger log = LoggerFactory.getLogger(SnapshotReader.class);

    /** Between two readings when there is no earlier one to compare with. */
    private static final Duration SECOND_LOOK = Duration.ofMillis(100);

    private final UsageSources from;
    private final CpuRates rates = new CpuRates();

    public SnapshotReader(UsageSources from) {
        this.from = from;
    }

    /**
     * Reads all counters, without rates.
     *
     * @throws IOException when the node itself cannot be read
     */
    public Snapshot read() throws IOException {
        List<String> failed = new ArrayList<>();
        Usage node =
                usage("/", failed)
                        .orElseThrow(
                                () -> new IOException("Read the root control group: " + failed));
        Map<String, Usage> system = new HashMap<>();
        from.system()
                .forEach((name, path) ->
                        usage(path, failed).ifPresent(usage -> system.put(name, usage)));
        usage(pods(), failed).ifPresent(usage -> system.put("pods", usage));
        List<PodReading> pods = new ArrayList<>();
        for (DesiredPod pod : from.store().all()) {
            pod(pod, failed).ifPresent(pods::add);
        }
        return new Snapshot(node, from.proc().memory(), system, pods, failed);
    }

    /**
     * Reads all counters, and rates of CPU use since the request before. Where there was none, and
     * for groups that are new, it looks twice.
     *
     * @throws IOException when the node itself cannot be read
     */
    public Snapshot readWithRates() throws IOException, InterruptedException {
        synchronized (rates) {
            Snapshot first = read();
            if (!rates.knows("/") || hasNew(first)) {
                rated(first);
                from.ticks().sleep(SECOND_LOOK);
                first = read();
            }
            return rated(first);
        }
    }

    private boolean hasNew(Snapshot snapshot) {
        return snapshot.pods().stream()
                .anyMatch(pod ->
                        !rates.knows(pod.usage().path())
                                || pod.containers().stream()
                                        .anyMatch(c -> !rates.knows(c.usage().path())));
    }

    private Snapshot rated(Snapshot s) {
        Map<String, Usage> system = new HashMap<>();
        s.system().forEach((name, usage) -> system.put(name, rated(usage)));
        List<PodReading> pods = new ArrayList<>();
        for (PodReading pod : s.pods()) {
            List<ContainerReading> containers =
                    pod.containers().stream()
                            .map(c ->
                                    new ContainerReading(
                                            c.name(),
                                            c.id(),
                                            c.image(),
                                            c.startedAt(),
                                            rated(c.usage())))
                            .toList();
            pods.add(
                    new PodReading(
                            pod.ref(),
                            pod.startedAt(),
                            rated(pod.usage()),
                            containers,
                            pod.interfaces(),
                            pod.processes()));
        }
        Snapshot result = new Snapshot(rated(s.node()), s.memory(), system, pods, s.failed());
        rates.endSnapshot();
        return result;
    }

    private Usage rated(Usage usage) {
        return usage.withNanoCores(rates.rate(usage.path(), usage.nanos(), usage.cpuNanos()));
    }

    private String pods() {
        return from.cgroups().path(from.names().get().names().kubepods());
    }

    private Optional<PodReading> pod(DesiredPod pod, List<String> failed) {
        ObservedPod observed = from.view().of(pod.ref().uid());
        Optional<ObservedSandbox> sandbox = observed.newestSandbox().filter(ObservedSandbox::ready);
        if (sandbox.isEmpty() || !from.names().get().perQos()) {
            return Optional.empty();
        }
        String path = from.cgroups().path(PodCgroups.name(pod.pod(), from.names().get()));
        Optional<Usage> usage = usage(path, failed);
        if (usage.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<String> groups = from.cgroups().children(path);
            List<ContainerReading> containers = new ArrayList<>();
            for (ObservedContainer c : observed.containers()) {
                if (c.isRunning()) {
                    container(path, groups, c, failed).ifPresent(containers::add);
                }
            }
            List<Integer> pids = from.cgroups().pids(path);
            List<InterfaceCounters> interfaces =
                    pids.isEmpty() || sandbox.get().hostNetwork()
                            ? List.of()
                            : from.proc().network(pids.getFirst());
            return Optional.of(
                    new PodReading(
                            pod.ref(),
                            sandbox.get().createdAt(),
                            usage.get(),
                            containers,
                            Interfaces.counted(interfaces),
                            pids.size()));
        } catch (IOException e) {
            return failed(path, e, failed);
        }
    }

    /**
     * Runtimes name the group after the container: {@code <id>} or {@code <runtime>-<id>.scope}.
     */
    private Optional<ContainerReading> container(
            String pod, List<String> groups, ObservedContainer c, List<String> failed) {
        for (String group : groups) {
            if (group.contains(c.id())) {
                return usage(pod + "/" + group, failed)
                        .map(usage ->
                                new ContainerReading(
                                        c.name(),
                                        c.id(),
                                        c.status().image().image(),
                                        c.status().startedAt().orElse(c.createdAt()),
                                        usage));
            }
        }
        return Optional.empty();
    }

    private Optional<Usage> usage(String path, List<String> failed) {
        try {
            Optional<CgroupStats> stats = from.cgroups().stats(path);
            return stats.map(s ->
                    new Usage(
                            path,
                            from.ticks().now(),
                            from.ticks().nanos(),
                            s,
                            OptionalLong.empty()));
        } catch (IOException e) {
            return failed(path, e, failed);
        }
    }

    private static <T> Optional<T> failed(String path, IOException e, List<String> failed) {
        log.warn("Reading control group {} failed: {}. It is left out.", path, e.getMessage());
        failed.add(path);
        return Optional.empty();
    }
}
