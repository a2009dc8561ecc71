package dev.caravel.kubelet.source;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.sys.Inotify;
import dev.caravel.linux.sys.SystemCallException;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Static pods from manifest files: one folder, not recursive, dot-files passed over, or one file;
 * one pod a file (contract §5.1). Changes are seen through inotify, and whatever that misses by a
 * look at the folder each period. A file that cannot be used is logged once and harms no other; the
 * pod it held before runs on until the next periodic look, so that an editor's half-written file
 * does not end it.
 */
public final class ManifestFolderSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ManifestFolderSource.class);

    /** New files are looked at again when they are closed; this is for links, which never are. */
    private static final Duration AFTER_CREATION = Duration.ofMillis(100);

    private static final int MOST_FILES = 10_000;
    private static final Set<Inotify.Kind> KINDS =
            Set.of(
                    Inotify.Kind.CREATE,
                    Inotify.Kind.CLOSE_WRITE,
                    Inotify.Kind.MOVED_TO,
                    Inotify.Kind.MOVED_FROM,
                    Inotify.Kind.DELETE,
                    Inotify.Kind.DELETE_SELF,
                    Inotify.Kind.MOVE_SELF);

    private final Path path;
    private final Duration period;
    private final StaticPods pods;
    private final PodStore store;
    private final DesiredPods desired;
    private final Optional<FileWatch> watch;
    private final Ticks ticks;
    private final Semaphore changes = new Semaphore(0);
    private final Map<Path, Known> known = new HashMap<>();
    private List<String> duplicatesTold = List.of();
    private FileWatch.@Nullable Registration registration;
    private @Nullable Thread thread;
    private String lastProblem = "";

    /**
     * @param path a folder or a file; it need not exist yet
     * @param period {@code fileCheckFrequency}
     * @param watch inotify; empty where it is not available, leaving the periodic look
     */
    public ManifestFolderSource(
            Path path,
            Duration period,
            StaticPods pods,
            PodStore store,
            Optional<FileWatch> watch,
            Ticks ticks) {
        this.path = path;
        this.period = period;
        this.pods = pods;
        this.store = store;
        this.desired = new DesiredPods(store, ticks);
        this.watch = watch;
        this.ticks = ticks;
    }

    /**
     * What was read of one file.
     *
     * @param stamp which version of it
     * @param pod empty when it cannot be used
     * @param good whether {@code pod} is of this version rather than the last good one
     */
    private record Known(Stamp stamp, Optional<DesiredPod> pod, boolean good) {}

    /** Tells two versions of a file apart without reading it. */
    private record Stamp(@Nullable Object inode, long modifiedNanos, long size) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(a.fileKey(), a.lastModifiedTime().to(TimeUnit.NANOSECONDS), a.size());
        }
    }

    /** Reads what is there, then follows it. */
    public void start() {
        thread = NamedThreads.start("source/file", this::run);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        unwatch();
    }

    private void run() {
        try {
            boolean periodic = true;
            while (!Thread.currentThread().isInterrupted()) {
                watch();
                look(periodic);
                periodic = !changes.tryAcquire(period.toNanos(), TimeUnit.NANOSECONDS);
                changes.drainPermits();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void watch() {
        if (registration != null || watch.isEmpty()) {
            return;
        }
        Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try {
            registration = watch.get().watch(folder, KINDS, this::changed);
        } catch (SystemCallException notThere) {
            log.debug("{} is not watched yet: {}", folder, notThere.getMessage());
        }
    }

    private synchronized void unwatch() {
        FileWatch.Registration old = registration;
        registration = null;
        if (old != null) {
            try {
                old.close();
            } catch (SystemCallException gone) {
                log.debug("Watch of {} had ended: {}", path, gone.getMessage());
            }
        }
    }

    private void changed(FileWatch.Change change) {
        boolean ended =
                change.kinds().stream()
                        .anyMatch(k ->
                                k == Inotify.Kind.IGNORED
                                        || k == Inotify.Kind.DELETE_SELF
                                        || k == Inotify.Kind.MOVE_SELF
                                        || k == Inotify.Kind.UNMOUNT);
        if (ended) {
            // The next look watches whatever is there then.
            unwatch();
            changes.release();
        } else if (change.kinds().equals(Set.of(Inotify.Kind.CREATE))) {
            NamedThreads.start("source/file/created", this::changedSoon);
        } else {
            changes.release();
        }
    }

    private void changedSoon() {
        try {
            ticks.sleep(AFTER_CREATION);
            changes.release();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(boolean periodic) {
        try {
            List<Path> files = files();
            known.keySet().retainAll(Set.copyOf(files));
            List<DesiredPod> found = new ArrayList<>();
            for (Path file : files) {
                read(file, periodic).ifPresent(found::add);
            }
            List<DesiredPod> duplicates = store.replaceAll(PodSource.FILE, found);
            tellDuplicates(duplicates);
            lastProblem = "";
        } catch (IOException unreadable) {
            String problem = unreadable.toString();
            if (!problem.equals(lastProblem)) {
                log.error(
                        "Static pods of {} cannot be read, those known run on: {}", path, problem);
                lastProblem = problem;
            }
        }
    }

    /** What to read, in the order of names; nothing when the path does not exist. */
    private List<Path> files() throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException noneYet) {
            log.debug("{} does not exist: no static pods", path);
            return List.of();
        }
        if (attributes.isRegularFile()) {
            return List.of(path);
        }
        if (!attributes.isDirectory()) {
            throw new IOException(path + " is neither a folder nor a file");
        }
        TreeSet<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                boolean hidden = String.valueOf(entry.getFileName()).startsWith(".");
                if (!hidden && Files.isRegularFile(entry)) {
                    files.add(entry);
                }
                if (files.size() > MOST_FILES) {
                    throw new IOException(path + " holds more than " + MOST_FILES + " files");
                }
            }
        }
        return List.copyOf(files);
    }

    private Optional<DesiredPod> read(Path file, boolean periodic) {
        Known before = known.get(file);
        try {
            Stamp stamp = Stamp.of(file);
            if (before != null && before.stamp.equals(stamp)) {
                if (!before.good && periodic && before.pod.isPresent()) {
                    log.warn("{} is still unusable; its pod is no longer wanted", file);
                    known.put(file, new Known(stamp, Optional.empty(), false));
                    return Optional.empty();
                }
                return before.pod;
            }
            Optional<DesiredPod> last = before == null ? Optional.empty() : before.pod;
            Known now = parse(file, stamp, last);
            known.put(file, now);
            return now.pod;
        } catch (NoSuchFileException justRemoved) {
            known.remove(file);
            return Optional.empty();
        } catch (IOException unreadable) {
            log.error("{} cannot be read: {}", file, unreadable.toString());
            return before == null ? Optional.empty() : before.pod;
        }
    }

    private Known parse(Path file, Stamp stamp, Optional<DesiredPod> last) throws IOException {
        try {
            ManifestDocument document = ManifestReader.read(file.toString(), bytes(file));
            if (pods.isLocalObject(document)) {
                return new Known(stamp, Optional.empty(), true);
            }
            Pod pod = pods.fromFile(document);
            StaticPods.priorityWarning(pod)
                    .ifPresent(w -> log.warn("Static pod of {} {}", file, w));
            DesiredPod read = desired.of(pod, PodSource.FILE);
            log.info("Static pod {} read from {}", read.ref(), file);
            return new Known(stamp, Optional.of(read), true);
        } catch (ManifestException unusable) {
            log.error(
                    "Manifest is not used: {}. It is read again when it changes.",
                    unusable.getMessage());
            return new Known(stamp, last, false);
        }
    }

    private static byte[] bytes(Path file) throws IOException, ManifestException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(ManifestReader.LARGEST + 1);
            if (bytes.length > ManifestReader.LARGEST) {
                throw ManifestException.of(
                        file + ": is larger than " + ManifestReader.LARGEST + " bytes");
            }
            return bytes;
        }
    }

    private void tellDuplicates(List<DesiredPod> duplicates) {
        List<String> names = duplicates.stream().map(d -> d.ref().fullName()).toList();
        if (!Objects.equals(names, duplicatesTold)) {
            names.forEach(name ->
                    log.error(
                            "Static pod {} stands in two files of {}; the later one is ignored",
                            name,
                            path));
            duplicatesTold = names;
        }
    }
}
