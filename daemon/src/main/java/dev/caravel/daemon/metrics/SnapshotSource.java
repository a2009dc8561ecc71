package dev.caravel.daemon.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;

/** One metric of the client library, written under the name it was declared with. */
record SnapshotSource(String name, String help, Collector collector) implements SeriesSource {
    @Override
    public void collect(SeriesWriter out) throws IOException {
        switch (collector.collect()) {
            case CounterSnapshot counter -> {
                if (counter.getDataPoints().isEmpty()) {
                    return;
                }
                out.family(name, SeriesWriter.Type.COUNTER, help);
                for (var point : counter.getDataPoints()) {
                    sample(out, "", point.getLabels(), point.getValue());
                }
            }
            case GaugeSnapshot gauge -> {
                if (gauge.getDataPoints().isEmpty()) {
                    return;
                }
                out.family(name, SeriesWriter.Type.GAUGE, help);
                for (var point : gauge.getDataPoints()) {
                    sample(out, "", point.getLabels(), point.getValue());
                }
            }
            case HistogramSnapshot histogram -> {
                if (histogram.getDataPoints().isEmpty()) {
                    return;
                }
                out.family(name, SeriesWriter.Type.HISTOGRAM, help);
                for (var point : histogram.getDataPoints()) {
                    buckets(out, point);
                }
            }
            default -> throw new IllegalStateException("cannot write metric " + name);
        }
    }

    private static void sample(SeriesWriter out, String suffix, Labels labels, double value)
            throws IOException {
        out.begin(suffix);
        labels(out, labels);
        out.end(!labels.isEmpty(), value, 0);
    }

    private static void labels(SeriesWriter out, Labels labels) {
        for (int i = 0; i < labels.size(); i++) {
            out.label(i == 0, labels.getName(i), labels.getValue(i));
        }
    }

    private static void buckets(
            SeriesWriter out, HistogramSnapshot.HistogramDataPointSnapshot point)
            throws IOException {
        ClassicHistogramBuckets buckets = point.getClassicBuckets();
        long below = 0;
        for (int i = 0; i < buckets.size(); i++) {
            below += buckets.getCount(i);
            out.begin("_bucket");
            labels(out, point.getLabels());
            out.label(point.getLabels().isEmpty(), "le", GoFloat.of(buckets.getUpperBound(i)));
            out.end(true, (double) below, 0);
        }
        sample(out, "_sum", point.getLabels(), point.getSum());
        sample(out, "_count", point.getLabels(), (double) point.getCount());
    }
}
