package dev.caravel.kubelet.stats;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.kubelet.stats.StorageReader.Disk;
import dev.caravel.linux.proc.DefaultRoute;
import dev.caravel.linux.proc.HugePages;
import dev.caravel.linux.proc.InterfaceCounters;
import dev.caravel.linux.proc.ProcFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code /stats/summary} (contract §3.4). */
public final class SummaryHandler implements HttpHandler {

    private final String nodeName;
    private final SnapshotReader reader;
    private final StorageReader storage;
    private final ProcFs proc;
    private final Function<Object, String> json;

    /**
     * @param json writes maps, lists, texts and numbers
     */
    public SummaryHandler(
            String nodeName,
            SnapshotReader reader,
            StorageReader storage,
            ProcFs proc,
            Function<Object, String> json) {
        this.nodeName = nodeName;
        this.reader = reader;
        this.storage = storage;
        this.proc = proc;
        this.json = json;
    }

    @Override
    public void handle(HttpExchange x) throws IOException, InterruptedException {
        String only = x.query().first("only_cpu_and_memory").orElse("");
        boolean all = !(only.equals("true") || only.equals("1"));
        Snapshot snapshot = reader.readWithRates();
        Map<String, Disk> layers = all ? storage.writableLayers() : Map.of();
        Optional<Disk> fs = all ? storage.node() : Optional.empty();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("node", node(snapshot, fs, all));
        List<Map<String, Object>> pods = new ArrayList<>();
        for (PodReading pod : snapshot.pods()) {
            pods.add(pod(pod, layers, fs, all));
        }
        summary.put("pods", pods);
        byte[] body = json.apply(summary).getBytes(StandardCharsets.UTF_8);
        x.respond(200, "application/json", body);
    }

    private Map<String, Object> node(Snapshot s, Optional<Disk> fs, boolean all)
            throws IOException {
        Map<String, Object> node = new LinkedHashMap<>();
        String boot = SummaryJson.time(proc.bootTime());
        node.put("nodeName", nodeName);
        List<Map<String, Object>> system = new ArrayList<>();
        s.system()
                .forEach((name, usage) -> {
                    Map<String, Object> group = new LinkedHashMap<>();
                    group.put("name", name);
                    group.put("startTime", boot);
                    used(group, usage, all);
                    system.add(group);
                });
        if (!system.isEmpty()) {
            node.put("systemContainers", system);
        }
        node.put("startTime", boot);
        SummaryJson.cpu(s.node()).ifPresent(cpu -> node.put("cpu", cpu));
        long huge = proc.hugePages().stream().mapToLong(HugePages::totalBytes).sum();
        node.put("memory", SummaryJson.nodeMemory(s, huge));
        if (all) {
            SummaryJson.io(s.node()).ifPresent(io -> node.put("io", io));
            network(s).ifPresent(network -> node.put("network", network));
            fs.ifPresent(d -> node.put("fs", SummaryJson.disk(s.node().at(), d)));
            Map<String, Object> runtime = new LinkedHashMap<>();
            storage.runtimeFileSystems()
                    .forEach((name, d) -> runtime.put(name, SummaryJson.disk(s.node().at(), d)));
            if (!runtime.isEmpty()) {
                node.put("runtime", runtime);
            }
            Map<String, Object> limit = new LinkedHashMap<>();
            limit.put("time", SummaryJson.time(s.node().at()));
            limit.put("maxpid", proc.maxTasks());
            limit.put("curproc", proc.load().tasks());
            node.put("rlimit", limit);
        }
        node.put("swap", SummaryJson.nodeSwap(s));
        return node;
    }

    private Optional<Map<String, Object>> network(Snapshot s) throws IOException {
        int self = (int) ProcessHandle.current().pid();
        List<InterfaceCounters> all = Interfaces.counted(proc.network(self));
        Optional<String> way =
                proc.defaultRoutes().stream().findFirst().map(DefaultRoute::interfaceName);
        Optional<InterfaceCounters> main =
                all.stream().filter(i -> way.filter(i.name()::equals).isPresent()).findFirst();
        return SummaryJson.network(s.node().at(), main, all);
    }

    private Map<String, Object> pod(
            PodReading pod, Map<String, Disk> layers, Optional<Disk> fs, boolean all) {
        Map<String, Object> ref = new LinkedHashMap<>();
        ref.put("name", pod.ref().name());
        ref.put("namespace", pod.ref().namespace());
        ref.put("uid", pod.ref().uid());
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("podRef", ref);
        shown.put("startTime", SummaryJson.time(pod.startedAt()));
        List<Map<String, Object>> containers = new ArrayList<>();
        Ephemeral ephemeral = new Ephemeral();
        for (ContainerReading c : pod.containers()) {
            containers.add(container(pod, c, layers, all, ephemeral));
        }
        shown.put("containers", containers);
        used(shown, pod.usage(), all);
        if (all) {
            SummaryJson.network(
                            pod.usage().at(), Interfaces.main(pod.interfaces()), pod.interfaces())
                    .ifPresent(network -> shown.put("network", network));
            fs.ifPresent(node ->
                    shown.put(
                            "ephemeral-storage",
                            SummaryJson.disk(
                                    pod.usage().at(),
                                    new Disk(
                                            ephemeral.bytes,
                                            ephemeral.inodes,
                                            node.fileSystem()))));
            shown.put("process_stats", Map.of("process_count", pod.processes()));
        }
        return shown;
    }

    /** The sum over a pod's containers. */
    private static final class Ephemeral {
        private long bytes;
        private long inodes;

        void add(Disk disk) {
            bytes += disk.usedBytes();
            inodes += disk.inodesUsed();
        }
    }

    private Map<String, Object> container(
            PodReading pod,
            ContainerReading c,
            Map<String, Disk> layers,
            boolean all,
            Ephemeral ephemeral) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", c.name());
        shown.put("startTime", SummaryJson.time(c.startedAt()));
        used(shown, c.usage(), all);
        Disk layer = layers.get(c.id());
        if (layer != null) {
            ephemeral.add(layer);
            shown.put("rootfs", SummaryJson.disk(c.usage().at(), layer));
        }
        if (all) {
            storage.logs(pod.ref(), c.name())
                    .ifPresent(logs -> {
                        ephemeral.add(logs);
                        shown.put("logs", SummaryJson.disk(c.usage().at(), logs));
                    });
        }
        return shown;
    }

    private static void used(Map<String, Object> shown, Usage usage, boolean all) {
        SummaryJson.cpu(usage).ifPresent(cpu -> shown.put("cpu", cpu));
        SummaryJson.memory(usage).ifPresent(memory -> shown.put("memory", memory));
        if (all) {
            SummaryJson.io(usage).ifPresent(io -> shown.put("io", io));
        }
        SummaryJson.swap(usage).ifPresent(swap -> shown.put("swap", swap));
    }
}
