package dev.caravel.cri;

import java.util.List;

/** Name, help and label names of a metric the runtime serves for pods. */
public record MetricDescriptor(String name, String help, List<String> labelKeys) {
    public MetricDescriptor {
        labelKeys = List.copyOf(labelKeys);
    }
}
