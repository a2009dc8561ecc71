package dev.caravel.daemon.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/**
 * The metrics of one endpoint. Counting is done by the Prometheus client library; names and text
 * are written here, because the library appends {@code _total} to counters that have none upstream
 * ({@code kubelet_evictions}) and writes bucket bounds differently from Go.
 */
public final class Metrics {
    /** Go's default histogram buckets, in seconds (kubelet.md §9.1). */
    public static final List<Double> DEFAULT_BUCKETS =
            List.of(.005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0);

    private final Map<String, SeriesSource> families = new ConcurrentSkipListMap<>();
    private final List<SeriesSource> sources = new CopyOnWriteArrayList<>();

    /** Declares a counter under exactly {@code name}. */
    public Counter counter(String name, String help, String... labels) {
        Counter counter =
                Counter.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .withoutExemplars()
                        .build();
        add(name, help, counter);
        return counter;
    }

    /** Declares a gauge under exactly {@code name}. */
    public Gauge gauge(String name, String help, String... labels) {
        Gauge gauge =
                Gauge.builder().name(name).help(help).labelNames(labels).withoutExemplars().build();
        add(name, help, gauge);
        return gauge;
    }

    /** Declares a histogram with the given upper bounds (without infinity). */
    public Histogram histogram(String name, String help, List<Double> bounds, String... labels) {
        double[] upper = bounds.stream().mapToDouble(Double::doubleValue).toArray();
        Histogram histogram =
                Histogram.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .classicOnly()
                        .classicUpperBounds(upper)
                        .withoutExemplars()
                        .build();
        add(name, help, histogram);
        return histogram;
    }

    /** Declares a gauge that is asked for its value at each scrape. */
    public void gauge(String name, String help, DoubleSupplier value) {
        addFamily(
                name,
                out -> out.family(name, SeriesWriter.Type.GAUGE, help).sample(value.getAsDouble()));
    }

    /** Declares a counter that is asked for its value at each scrape. */
    public void counter(String name, String help, DoubleSupplier value) {
        addFamily(
                name,
                out ->
                        out.family(name, SeriesWriter.Type.COUNTER, help)
                                .sample(value.getAsDouble()));
    }

    /** Adds families that are produced at each scrape, after the declared ones. */
    public void source(SeriesSource source) {
        sources.add(source);
    }

    private void add(String name, String help, Collector collector) {
        addFamily(name, new SnapshotSource(name, help, collector));
    }

    private void addFamily(String name, SeriesSource source) {
        if (families.putIfAbsent(name, source) != null) {
            throw new IllegalArgumentException("metric " + name + " is declared twice");
        }
    }

    /** {@code count} bounds, each {@code factor} times the one before. */
    public static List<Double> exponentialBuckets(double start, double factor, int count) {
        Double[] bounds = new Double[count];
        double bound = start;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound *= factor;
        }
        return List.of(bounds);
    }

    /** Writes every family, the declared ones sorted by name. */
    public void write(OutputStream out) throws IOException {
        SeriesWriter writer = new SeriesWriter(out);
        for (SeriesSource family : families.values()) {
            family.collect(writer);
        }
        for (SeriesSource source : sources) {
            source.collect(writer);
        }
        writer.flush();
    }
}
