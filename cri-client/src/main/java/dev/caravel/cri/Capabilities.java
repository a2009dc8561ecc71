package dev.caravel.cri;

import java.util.List;

/** Linux capabilities by name without {@code CAP_}, or {@code ALL}. */
public record Capabilities(List<String> add, List<String> drop, List<String> addAmbient) {
    public Capabilities {
        add = List.copyOf(add);
        drop = List.copyOf(drop);
        addAmbient = List.copyOf(addAmbient);
    }
}
