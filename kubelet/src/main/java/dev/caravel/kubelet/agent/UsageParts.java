package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.stats.BlockDevices;
import dev.caravel.kubelet.stats.CadvisorMetrics;
import dev.caravel.kubelet.stats.ResourceMetrics;
import dev.caravel.kubelet.stats.SnapshotReader;
import dev.caravel.kubelet.stats.StorageReader;
import dev.caravel.kubelet.stats.SummaryHandler;
import dev.caravel.kubelet.stats.UsageSources;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.fs.KernelFiles;
import dev.caravel.linux.proc.ProcFs;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paths that show usage, put together (contract §3.4, §9.4, §9.5). */
final class UsageParts {

    private static final Logger log = LoggerFactory.getLogger(UsageParts.class);

    private UsageParts() {}

    /** Adds the paths below {@code /metrics} and {@code /stats}. */
    static Routes in(
            Routes routes,
            String nodeName,
            PodParts.Ways ways,
            PodParts pods,
            NodeView node,
            Ticks ticks) {
        KubeletConfiguration config = ways.config();
        ProcFs proc = new ProcFs();
        SnapshotReader reader =
                new SnapshotReader(
                        new UsageSources(
                                pods.store(),
                                pods.view(),
                                ways.cgroups(),
                                () -> node.facts().cgroups(),
                                proc,
                                system(config),
                                ticks));
        StorageReader storage =
                new StorageReader(
                        ways.runtime(),
                        ways.images(),
                        Kernel.files(),
                        new DirectoryTree(Kernel.files()),
                        ways.settings().flags().rootDir(),
                        Path.of(config.podLogsDir()));
        SummaryHandler summary =
                new SummaryHandler(
                        nodeName, reader, storage, proc, new KubernetesSerialization()::asJson);
        return routes.with("/stats/summary", summary)
                .with("/metrics/resource", new ResourceMetrics(reader))
                .with(
                        "/metrics/cadvisor",
                        new CadvisorMetrics(
                                reader, proc, new BlockDevices(Path.of("/sys/dev/block"))));
    }

    /** Groups beside the pods, by the names of the summary. */
    private static Map<String, String> system(KubeletConfiguration config) {
        Map<String, String> groups = new HashMap<>();
        if (config.kubeletCgroups().isEmpty()) {
            own().ifPresent(path -> groups.put("kubelet", path));
        } else {
            groups.put("kubelet", config.kubeletCgroups());
        }
        if (!config.systemCgroups().isEmpty()) {
            groups.put("misc", config.systemCgroups());
        }
        return groups;
    }

    /** The group this process is in, unless that is the root. */
    private static Optional<String> own() {
        try {
            return own(KernelFiles.read(Path.of("/proc/self/cgroup")));
        } catch (IOException e) {
            log.warn("Own control group: {}. The usage of the kubelet is not shown.", e.toString());
            return Optional.empty();
        }
    }

    /** The group of v2 ({@code 0::/path}), or of v1's memory controller. */
    static Optional<String> own(String text) {
        Optional<String> unified = Optional.empty();
        Optional<String> memory = Optional.empty();
        for (String line : text.split("\n", -1)) {
            List<String> fields = List.of(line.split(":", 3));
            if (fields.size() < 3) {
                continue;
            }
            if (List.of(fields.get(1).split(",", -1)).contains("memory")) {
                memory = Optional.of(fields.get(2));
            } else if (fields.get(0).equals("0")) {
                unified = Optional.of(fields.get(2));
            }
        }
        Optional<String> group = memory.isPresent() ? memory : unified;
        return group.filter(path -> !path.equals("/"));
    }
}
