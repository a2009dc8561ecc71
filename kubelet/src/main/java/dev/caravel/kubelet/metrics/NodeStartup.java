package dev.caravel.kubelet.metrics;

import dev.caravel.daemon.metrics.SeriesSource;
import dev.caravel.daemon.metrics.SeriesWriter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps from the boot of the host to a node that is ready, each noted once (KEP-3568). */
public final class NodeStartup implements SeriesSource {

    private final Instant booted;
    private final Instant kubeletStarted;
    private volatile @Nullable Instant registering;
    private volatile @Nullable Instant registered;
    private volatile @Nullable Instant ready;

    /**
     * @param booted when the host came up
     * @param kubeletStarted when this process began
     */
    public NodeStartup(Instant booted, Instant kubeletStarted) {
        this.booted = booted;
        this.kubeletStarted = kubeletStarted;
    }

    /** The first try to make or find the node object. */
    public synchronized void registering(Instant now) {
        if (registering == null) {
            registering = now;
        }
    }

    /** The node object is there. */
    public synchronized void registered(Instant now) {
        registering(now);
        if (registered == null) {
            registered = now;
        }
    }

    /** The node was first reported ready. */
    public synchronized void ready(Instant now) {
        if (ready == null && registered != null) {
            ready = now;
        }
    }

    @Override
    public void collect(SeriesWriter out) throws IOException {
        step(out, "pre_kubelet", "before kubelet starts", booted, kubeletStarted);
        step(out, "pre_registration", "before registration", kubeletStarted, registering);
        step(out, "registration", "during registration", registering, registered);
        step(out, "post_registration", "after registration", registered, ready);
        value(out, "", "in total", booted, ready);
    }

    private static void step(
            SeriesWriter out,
            String name,
            String help,
            @Nullable Instant from,
            @Nullable Instant to)
            throws IOException {
        value(out, name + "_", help, from, to);
    }

    private static void value(
            SeriesWriter out,
            String name,
            String help,
            @Nullable Instant from,
            @Nullable Instant to)
            throws IOException {
        Optional<Duration> took =
                from == null || to == null
                        ? Optional.empty()
                        : Optional.of(Duration.between(from, to));
        if (took.isPresent()) {
            out.family(
                            "kubelet_node_startup_" + name + "duration_seconds",
                            SeriesWriter.Type.GAUGE,
                            "[ALPHA] Duration in seconds of node startup " + help + ".")
                    .sample(took.get().toNanos() / 1e9);
        }
    }
}
