package dev.caravel.kubelet.stats;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.metrics.SeriesWriter;
import dev.caravel.linux.cgroup.CgroupStats;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /metrics/resource}, which metrics-server scrapes (contract §9.4). */
public final class ResourceMetrics implements HttpHandler {

    private static final Logger log = LoggerFactory.getLogger(ResourceMetrics.class);

    private final SnapshotReader reader;

    public ResourceMetrics(SnapshotReader reader) {
        this.reader = reader;
    }

    @Override
    public void handle(HttpExchange x) throws IOException {
        Optional<Snapshot> snapshot = Optional.empty();
        try {
            snapshot = Optional.of(reader.read());
        } catch (IOException e) {
            log.warn("Reading usage failed: {}. The scrape shows an error only.", e.getMessage());
        }
        Optional<Snapshot> read = snapshot;
        SeriesResponse.send(x, out -> write(out, read));
    }

    static void write(SeriesWriter out, Optional<Snapshot> snapshot) throws IOException {
        if (snapshot.isPresent()) {
            containers(out, snapshot.get());
            node(out, snapshot.get());
            pods(out, snapshot.get());
        }
        double error = snapshot.isEmpty() || !snapshot.get().failed().isEmpty() ? 1 : 0;
        String help = "1 if reading the usage of containers failed, else 0";
        out.family("resource_scrape_error", SeriesWriter.Type.GAUGE, help).sample(error);
        out.family("scrape_error", SeriesWriter.Type.GAUGE, help).sample(error);
    }

    private static void node(SeriesWriter out, Snapshot s) throws IOException {
        long at = s.node().at().toEpochMilli();
        out.family(
                        "node_cpu_usage_seconds_total",
                        SeriesWriter.Type.COUNTER,
                        "CPU time used by the node")
                .sampleAt(s.node().cpuNanos() / 1e9, at);
        out.family(
                        "node_memory_working_set_bytes",
                        SeriesWriter.Type.GAUGE,
                        "Working set of the node")
                .sampleAt((double) s.nodeWorkingSetBytes(), at);
        out.family("node_swap_usage_bytes", SeriesWriter.Type.GAUGE, "Swap used by the node")
                .sampleAt((double) s.nodeSwapBytes(), at);
    }

    private static void containers(SeriesWriter out, Snapshot s) throws IOException {
        container(
                out,
                s,
                "cpu_usage_seconds_total",
                SeriesWriter.Type.COUNTER,
                "CPU time",
                ResourceMetrics::cpuSeconds);
        container(
                out,
                s,
                "memory_working_set_bytes",
                SeriesWriter.Type.GAUGE,
                "Working set",
                memory(CgroupStats.Memory::workingSetBytes));
        starts(out, s);
        container(
                out,
                s,
                "swap_limit_bytes",
                SeriesWriter.Type.GAUGE,
                "Limit of swap",
                u ->
                        u.stats()
                                .memory()
                                .map(CgroupStats.Memory::swapLimitBytes)
                                .map(ResourceMetrics::toDouble)
                                .orElse(OptionalDouble.empty()));
        container(
                out,
                s,
                "swap_usage_bytes",
                SeriesWriter.Type.GAUGE,
                "Swap used",
                memory(CgroupStats.Memory::swapBytes));
    }

    private static OptionalDouble toDouble(OptionalLong value) {
        return value.isPresent()
                ? OptionalDouble.of((double) value.getAsLong())
                : OptionalDouble.empty();
    }

    private static void starts(SeriesWriter out, Snapshot s) throws IOException {
        boolean begun = false;
        for (PodReading pod : s.pods()) {
            for (ContainerReading c : pod.containers()) {
                double seconds = seconds(c.startedAt());
                if (seconds <= 0) {
                    continue;
                }
                if (!begun) {
                    out.family(
                            "container_start_time_seconds",
                            SeriesWriter.Type.GAUGE,
                            "When a container started");
                    begun = true;
                }
                out.sample(
                        seconds,
                        "container",
                        c.name(),
                        "namespace",
                        pod.ref().namespace(),
                        "pod",
                        pod.ref().name());
            }
        }
    }

    private static double seconds(Instant at) {
        return (double) at.getEpochSecond() + at.getNano() / 1e9;
    }

    private static OptionalDouble cpuSeconds(Usage u) {
        return u.stats().cpu().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(u.cpuNanos() / 1e9);
    }

    private static Function<Usage, OptionalDouble> memory(
            Function<CgroupStats.Memory, Long> value) {
        return u ->
                u.stats()
                        .memory()
                        .map(m -> OptionalDouble.of((double) value.apply(m)))
                        .orElse(OptionalDouble.empty());
    }

    private static void container(
            SeriesWriter out,
            Snapshot s,
            String name,
            SeriesWriter.Type type,
            String what,
            Function<Usage, OptionalDouble> value)
            throws IOException {
        boolean begun = false;
        for (PodReading pod : s.pods()) {
            for (ContainerReading c : pod.containers()) {
                OptionalDouble found = value.apply(c.usage());
                if (found.isEmpty()) {
                    continue;
                }
                if (!begun) {
                    out.family("container_" + name, type, what + " of a container");
                    begun = true;
                }
                out.sampleAt(
                        found.getAsDouble(),
                        c.usage().at().toEpochMilli(),
                        "container",
                        c.name(),
                        "namespace",
                        pod.ref().namespace(),
                        "pod",
                        pod.ref().name());
            }
        }
    }

    private static void pods(SeriesWriter out, Snapshot s) throws IOException {
        pod(
                out,
                s,
                "cpu_usage_seconds_total",
                SeriesWriter.Type.COUNTER,
                "CPU time",
                ResourceMetrics::cpuSeconds);
        pod(
                out,
                s,
                "memory_working_set_bytes",
                SeriesWriter.Type.GAUGE,
                "Working set",
                memory(CgroupStats.Memory::workingSetBytes));
        pod(
                out,
                s,
                "swap_usage_bytes",
                SeriesWriter.Type.GAUGE,
                "Swap used",
                memory(CgroupStats.Memory::swapBytes));
    }

    private static void pod(
            SeriesWriter out,
            Snapshot s,
            String name,
            SeriesWriter.Type type,
            String what,
            Function<Usage, OptionalDouble> value)
            throws IOException {
        boolean begun = false;
        for (PodReading pod : s.pods()) {
            OptionalDouble found = value.apply(pod.usage());
            if (found.isEmpty()) {
                continue;
            }
            if (!begun) {
                out.family("pod_" + name, type, what + " of a pod");
                begun = true;
            }
            out.sampleAt(
                    found.getAsDouble(),
                    pod.usage().at().toEpochMilli(),
                    "namespace",
                    pod.ref().namespace(),
                    "pod",
                    pod.ref().name());
        }
    }
}
