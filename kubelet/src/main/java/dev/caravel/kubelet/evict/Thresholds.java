package dev.caravel.kubelet.evict;

import dev.caravel.config.GoDuration;
import dev.caravel.config.Quantity;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.NodeAllocatableEnforcement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads thresholds from the configuration, which has been validated (contract §2, §8.4). */
public final class Thresholds {
    private static final Logger log = LoggerFactory.getLogger(Thresholds.class);

    private Thresholds() {}

    /** Hard ones, soft ones, and the one for allocatable memory that follows the hard one. */
    public static List<Threshold> of(KubeletConfiguration config) {
        List<Threshold> all = new ArrayList<>();
        Map<String, String> reclaim = config.evictionMinimumReclaim();
        config.evictionHard()
                .forEach((signal, value) ->
                        threshold(signal, value, reclaim.get(signal), Duration.ZERO)
                                .ifPresent(all::add));
        config.evictionSoft()
                .forEach((signal, value) ->
                        threshold(
                                        signal,
                                        value,
                                        reclaim.get(signal),
                                        grace(config.evictionSoftGracePeriod(), signal))
                                .ifPresent(all::add));
        if (config.enforceNodeAllocatable().contains(NodeAllocatableEnforcement.PODS)) {
            all.stream()
                    .filter(t -> t.signal() == Signal.MEMORY && t.isHard())
                    .findFirst()
                    .map(t ->
                            new Threshold(
                                    Signal.ALLOCATABLE_MEMORY,
                                    t.value(),
                                    t.minReclaim(),
                                    Duration.ZERO))
                    .ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    /**
     * The thresholds with those of the container file system, which follow from where it lies; what
     * the configuration says of it is ignored with a log line, as upstream does.
     */
    static List<Threshold> withContainerFs(List<Threshold> thresholds, DiskLayout layout) {
        boolean withImages = layout == DiskLayout.IMAGES_APART;
        List<Threshold> all = new ArrayList<>();
        for (Threshold t : thresholds) {
            if (t.signal() == Signal.CONTAINER_FS || t.signal() == Signal.CONTAINER_FS_INODES) {
                log.error(
                        "Eviction threshold {} is ignored: it follows from {}",
                        t.signal().text(),
                        withImages ? "imagefs" : "nodefs");
                continue;
            }
            all.add(t);
            Signal bytes = withImages ? Signal.IMAGE_FS : Signal.NODE_FS;
            Signal inodes = withImages ? Signal.IMAGE_FS_INODES : Signal.NODE_FS_INODES;
            if (t.signal() == bytes) {
                all.add(new Threshold(Signal.CONTAINER_FS, t.value(), t.minReclaim(), t.grace()));
            } else if (t.signal() == inodes) {
                all.add(
                        new Threshold(
                                Signal.CONTAINER_FS_INODES, t.value(), t.minReclaim(), t.grace()));
            }
        }
        return List.copyOf(all);
    }

    private static Duration grace(Map<String, String> periods, String signal) {
        return Optional.ofNullable(periods.get(signal))
                .flatMap(GoDuration::parse)
                .orElse(Duration.ZERO);
    }

    private static Optional<Threshold> threshold(
            String name, String value, @Nullable String reclaim, Duration grace) {
        Optional<Signal> signal = Signal.of(name);
        Optional<Threshold.Value> limit = value(value);
        if (signal.isEmpty() || limit.isEmpty()) {
            return Optional.empty();
        }
        Optional<Threshold.Value> least = reclaim == null ? Optional.empty() : value(reclaim);
        return Optional.of(new Threshold(signal.get(), limit.get(), least, grace));
    }

    /** Empty for 0 % and 100 %, which switch a threshold off. */
    static Optional<Threshold.Value> value(String text) {
        if (!text.endsWith("%")) {
            return Quantity.parse(text).map(q -> new Threshold.Value.Amount(q.longValue()));
        }
        if (text.equals("0%") || text.equals("100%")) {
            return Optional.empty();
        }
        float percent = Float.parseFloat(text.substring(0, text.length() - 1));
        return Optional.of(new Threshold.Value.Share(percent / 100));
    }
}
