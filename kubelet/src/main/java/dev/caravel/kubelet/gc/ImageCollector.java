package dev.caravel.kubelet.gc;

import dev.caravel.cri.Container;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.Image;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Mount;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.observe.RuntimeView;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes images nobody uses: those too old, and, when the disk they lie on is too full, the
 * longest unused until enough is free (contract §4.11). The evictor asks it to remove all it may.
 */
public final class ImageCollector implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageCollector.class);

    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final int PERCENT = 100;

    private final Settings settings;
    private final Sources sources;
    private final EventSink events;
    private final Observer observer;
    private final Ticks ticks;
    private final Instant started;
    private ImageRecords records = ImageRecords.NONE;
    private boolean failedBefore;
    private @Nullable Thread thread;

    /**
     * Numbers of the configuration.
     *
     * @param minAge {@code imageMinimumGCAge}
     * @param maxAge {@code imageMaximumGCAge}; zero means never
     * @param highPercent {@code imageGCHighThresholdPercent}
     * @param lowPercent {@code imageGCLowThresholdPercent}
     */
    public record Settings(Duration minAge, Duration maxAge, int highPercent, int lowPercent) {
        private boolean off() {
            return highPercent == PERCENT && maxAge.isZero();
        }
    }

    /** Room on the disk the images lie on, in bytes. */
    public record Disk(long available, long capacity) {}

    /** Tells the room there is. */
    public interface DiskReader {
        Disk read() throws IOException;
    }

    /** What it looks at and acts on. */
    public record Sources(
            ImageService images, ContainerRuntime runtime, RuntimeView view, DiskReader disk) {}

    /** Hears what became of images. */
    public interface Observer {
        /**
         * An image was removed.
         *
         * @param reason {@code age} or {@code space}: the label of metric {@code
         *     kubelet_image_garbage_collected_total}
         */
        void removed(String reason);

        /** A collection that removed something is over; these are left. */
        void left(Set<String> imageIds, Instant collectionStarted);
    }

    public ImageCollector(
            Settings settings, Sources sources, EventSink events, Observer observer, Ticks ticks) {
        this.settings = settings;
        this.sources = sources;
        this.events = events;
        this.observer = observer;
        this.ticks = ticks;
        this.started = ticks.now();
    }

    /** Starts looking every five minutes, unless the configuration switches it off. */
    public void start() {
        if (settings.off()) {
            log.info("Image collection is off: no maximum age, high threshold 100 %");
            return;
        }
        thread = NamedThreads.start("image-gc", this::run);
    }

    private void run() {
        try {
            while (true) {
                guardedLook();
                ticks.sleep(PERIOD);
            }
        } catch (InterruptedException closing) {
            log.debug("Image collection ends");
        }
    }

    private void guardedLook() {
        try {
            collect();
            failedBefore = false;
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "Image collection failed: {}. Next try in {} min.",
                    e.toString(),
                    PERIOD.toMinutes());
            // Once may be a start in the wrong order; twice is a fact.
            if (failedBefore) {
                events.nodeEvent(
                        EventType.WARNING, "ImageGCFailed", String.valueOf(e.getMessage()));
            }
            failedBefore = true;
        }
    }

    /** One collection. Throws {@link RuntimeCallException} when the runtime does not answer. */
    synchronized void collect() throws IOException {
        Instant now = ticks.now();
        look(now);
        List<String> failures = new ArrayList<>();
        // Counted from our start too: how long an image was unused before, nobody knows.
        if (!settings.maxAge.isZero()
                && Duration.between(started, now).compareTo(settings.maxAge) > 0) {
            remove(records.tooOld(settings.maxAge, now), Long.MAX_VALUE, "age", failures);
            fail("wanted to remove images unused for longer than " + settings.maxAge, failures);
        }
        Disk disk = sources.disk.read();
        if (disk.capacity <= 0) {
            String message = "invalid capacity 0 on image filesystem";
            events.nodeEvent(EventType.WARNING, "InvalidDiskCapacity", message);
            throw new IOException(message);
        }
        long available = Math.min(disk.available, disk.capacity);
        long usedPercent = PERCENT - percent(available, disk);
        if (usedPercent >= settings.highPercent) {
            freeTo(available, disk, usedPercent, now);
        }
    }

    private static long percent(long available, Disk disk) {
        return (long) ((double) available * PERCENT / disk.capacity);
    }

    private void freeTo(long available, Disk disk, long usedPercent, Instant now)
            throws IOException {
        long wanted =
                (long) ((double) disk.capacity * (PERCENT - settings.lowPercent) / PERCENT)
                        - available;
        log.info(
                "The disk of the images is {} % full, {} % is the most: freeing {} bytes",
                usedPercent, settings.highPercent, wanted);
        List<String> failures = new ArrayList<>();
        long freed = remove(records.forSpace(settings.minAge, now), wanted, "space", failures);
        fail("wanted to free " + wanted + " bytes, freed " + freed, failures);
        if (freed < wanted) {
            String message =
                    ("Insufficient free disk space on the node's image filesystem (%d%% of %s used). "
                                    + "Failed to free sufficient space by deleting unused images (freed %d bytes). "
                                    + "Investigate disk usage, as it could be used by active images, logs, volumes, or other data.")
                            .formatted(usedPercent, size(disk.capacity), freed);
            events.nodeEvent(EventType.WARNING, "FreeDiskSpaceFailed", message);
            throw new IOException(message);
        }
    }

    /** Removes every image it may, for room on the disk; what fails is logged. */
    public synchronized void removeUnused() {
        Instant now = ticks.now();
        List<String> failures = new ArrayList<>();
        try {
            look(now);
            long freed =
                    remove(
                            records.forSpace(settings.minAge, now),
                            Long.MAX_VALUE,
                            "space",
                            failures);
            log.info("Removed unused images of {} bytes", freed);
        } catch (RuntimeCallException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
        failures.forEach(f -> log.warn("Removing unused images failed: {}", f));
    }

    private void look(Instant now) {
        List<Image> images = sources.images.listImages().items();
        records = records.look(images, used(images), now);
    }

    /**
     * Images of all containers there are. The list is asked for anew, as an image removed wrongly
     * is worse than a call; the images mounted as volumes are known from the picture.
     */
    private Set<String> used(List<Image> images) {
        Set<String> names = new HashSet<>();
        for (Container c : sources.runtime.listContainers(ContainerFilter.all()).items()) {
            names.add(c.imageId());
            names.add(c.imageRef());
            names.add(c.image().image());
        }
        sources.view.all().stream()
                .flatMap(p -> sources.view.of(p.uid()).containers().stream())
                .flatMap(c -> c.status().mounts().stream())
                .map(Mount::image)
                .forEach(i -> i.map(ImageSpec::image).ifPresent(names::add));
        Set<String> used = new HashSet<>();
        for (Image image : images) {
            if (names.contains(image.id())
                    || image.repoTags().stream().anyMatch(names::contains)
                    || image.repoDigests().stream().anyMatch(names::contains)) {
                used.add(image.id());
            }
        }
        return used;
    }

    /** Removes in order until that many bytes are freed; returns how many were. */
    private long remove(
            List<ImageRecords.Seen> images, long bytes, String reason, List<String> failures) {
        Instant start = ticks.now();
        Set<String> left = new HashSet<>(records.byId().keySet());
        long freed = 0;
        for (ImageRecords.Seen image : images) {
            if (freed >= bytes) {
                break;
            }
            try {
                sources.images.removeImage(ImageSpec.of(image.id()));
                log.info("Removed image {} of {} bytes: {}", image.id(), image.sizeBytes(), reason);
                left.remove(image.id());
                freed += image.sizeBytes();
                observer.removed(reason);
            } catch (RuntimeCallException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        if (left.size() < records.byId().size()) {
            records = records.only(left);
            observer.left(left, start);
        }
        return freed;
    }

    private static void fail(String what, List<String> failures) throws IOException {
        if (!failures.isEmpty()) {
            throw new IOException(what + ": " + String.join("; ", failures));
        }
    }

    /** Bytes for people, as upstream writes them. */
    static String size(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
