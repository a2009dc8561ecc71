package dev.caravel.cri;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Metrics of one pod for the cAdvisor endpoint. */
public record SandboxMetrics(
        String sandboxId, List<Metric> metrics, List<ContainerMetrics> containers) {
    public SandboxMetrics {
        metrics = List.copyOf(metrics);
        containers = List.copyOf(containers);
    }

    /** One sample; its label values follow the keys of its {@link MetricDescriptor}. */
    public record Metric(
            String name,
            Instant timestamp,
            Type type,
            List<String> labelValues,
            OptionalLong value) {
        public Metric {
            labelValues = List.copyOf(labelValues);
        }

        /** Kind of the metric. */
        public enum Type {
            COUNTER,
            GAUGE
        }
    }

    /** Samples of one container. */
    public record ContainerMetrics(String containerId, List<Metric> metrics) {
        public ContainerMetrics {
            metrics = List.copyOf(metrics);
        }
    }
}
