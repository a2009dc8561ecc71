package dev.caravel.cri.grpc;

import dev.caravel.cri.MetricDescriptor;
import dev.caravel.cri.SandboxMetrics;
import dev.caravel.cri.SandboxMetrics.ContainerMetrics;
import dev.caravel.cri.SandboxMetrics.Metric;
import dev.caravel.proto.cri.PodSandboxMetrics;
import java.util.List;

/** Pod metrics on the wire. */
final class MetricsWire {
    private MetricsWire() {}

    static MetricDescriptor read(dev.caravel.proto.cri.MetricDescriptor descriptor) {
        return new MetricDescriptor(
                descriptor.getName(), descriptor.getHelp(), descriptor.getLabelKeysList());
    }

    static SandboxMetrics read(PodSandboxMetrics metrics) {
        return new SandboxMetrics(
                Answer.id("pod_sandbox_id", metrics.getPodSandboxId()),
                read(metrics.getMetricsList()),
                metrics.getContainerMetricsList().stream()
                        .map(c ->
                                new ContainerMetrics(
                                        Answer.id("container_id", c.getContainerId()),
                                        read(c.getMetricsList())))
                        .toList());
    }

    private static List<Metric> read(List<dev.caravel.proto.cri.Metric> metrics) {
        return metrics.stream().map(MetricsWire::read).toList();
    }

    private static Metric read(dev.caravel.proto.cri.Metric metric) {
        return new Metric(
                Answer.present("metric name", metric.getName()),
                Answer.time("timestamp", metric.getTimestamp()),
                switch (metric.getMetricType()) {
                    case COUNTER -> Metric.Type.COUNTER;
                    case GAUGE -> Metric.Type.GAUGE;
                    case UNRECOGNIZED ->
                            throw new Answer.Unusable(
                                    "the type of metric " + metric.getName() + " is unknown");
                },
                metric.getLabelValuesList(),
                Answer.unsigned(metric.hasValue(), metric.getValue()));
    }
}
