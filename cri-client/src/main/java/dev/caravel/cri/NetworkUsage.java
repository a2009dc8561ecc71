package dev.caravel.cri;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Traffic of a sandbox. */
public record NetworkUsage(
        Instant timestamp,
        Optional<InterfaceUsage> defaultInterface,
        List<InterfaceUsage> interfaces) {
    public NetworkUsage {
        interfaces = List.copyOf(interfaces);
    }

    /** Counters of one interface. */
    public record InterfaceUsage(
            String name,
            OptionalLong rxBytes,
            OptionalLong rxErrors,
            OptionalLong txBytes,
            OptionalLong txErrors) {}
}
