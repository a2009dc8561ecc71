package dev.caravel.kubelet.evict;

import dev.caravel.cri.FilesystemUsage;
import dev.caravel.cri.ImageFsInfo;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileSystemStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the signals with a handful of small reads: meminfo, the pods' cgroup, statfs, the task
 * counts. Where the images lie is asked of the runtime once.
 */
public final class SignalReader implements NodeSignals {
    private static final Logger log = LoggerFactory.getLogger(SignalReader.class);

    private static final int LONGEST_FILE = 64 * 1024;
    private static final long KIBI = 1024;

    private final Path proc;
    private final Path nodeFs;
    private final FileCalls files;
    private final ImageService images;
    private final Cgroups cgroups;
    private final String kubepods;
    private @Nullable Disks disks;

    private record Disks(DiskLayout layout, Path images, Path containers) {}

    /**
     * @param proc {@code /proc}
     * @param nodeFs the kubelet's root folder, on whose file system pods write
     * @param kubepods cgroup path of all pods
     */
    public SignalReader(
            Path proc,
            Path nodeFs,
            FileCalls files,
            ImageService images,
            Cgroups cgroups,
            String kubepods) {
        this.proc = proc;
        this.nodeFs = nodeFs;
        this.files = files;
        this.images = images;
        this.cgroups = cgroups;
        this.kubepods = kubepods;
    }

    @Override
    public synchronized DiskLayout layout() {
        Disks known = disks();
        return known == null ? DiskLayout.ONE : known.layout;
    }

    @Override
    public synchronized Map<Signal, Observation> measure() {
        Map<Signal, Observation> observed = new EnumMap<>(Signal.class);
        attempt(
                "memory",
                () -> memory(text("meminfo")).ifPresent(o -> observed.put(Signal.MEMORY, o)));
        attempt(
                "memory of all pods",
                () ->
                        allocatableMemory()
                                .ifPresent(o -> observed.put(Signal.ALLOCATABLE_MEMORY, o)));
        attempt(
                "processes",
                () ->
                        processes(
                                        text("loadavg"),
                                        text("sys/kernel/pid_max"),
                                        text("sys/kernel/threads-max"))
                                .ifPresent(o -> observed.put(Signal.PID, o)));
        disk(nodeFs, Signal.NODE_FS, Signal.NODE_FS_INODES, observed);
        Disks known = disks();
        if (known != null) {
            disk(known.images, Signal.IMAGE_FS, Signal.IMAGE_FS_INODES, observed);
            disk(known.containers, Signal.CONTAINER_FS, Signal.CONTAINER_FS_INODES, observed);
        }
        return observed;
    }

    private interface Measurement {
        void take() throws IOException;
    }

    private static void attempt(String what, Measurement measurement) {
        try {
            measurement.take();
        } catch (IOException | NumberFormatException unreadable) {
            log.warn("Eviction signal for {} is not measured: {}", what, unreadable.toString());
        }
    }

    /**
     * Memory less the working set of everything (anonymous pages and page cache in use) and less
     * what is set aside for huge pages. The numbers the root cgroup would show, if it had any.
     */
    static Optional<Observation> memory(String meminfo) {
        Map<String, Long> kib = new HashMap<>();
        meminfo.lines()
                .forEach(line -> {
                    String[] words = line.split("\\s+", -1);
                    if (words.length > 1) {
                        kib.put(words[0], Long.parseLong(words[1]));
                    }
                });
        if (!kib.keySet().containsAll(List.of("MemTotal:", "AnonPages:", "Cached:"))) {
            return Optional.empty();
        }
        long cache =
                Stream.of("Cached:", "Buffers:", "SwapCached:")
                        .mapToLong(field -> kib.getOrDefault(field, 0L))
                        .sum();
        long inactive = kib.getOrDefault("Inactive(file):", 0L);
        long workingSet = kib.getOrDefault("AnonPages:", 0L) + Math.max(0, cache - inactive);
        long capacity = kib.getOrDefault("MemTotal:", 0L) - kib.getOrDefault("Hugetlb:", 0L);
        return Optional.of(
                new Observation(Math.max(0, capacity - workingSet) * KIBI, capacity * KIBI));
    }

    private Optional<Observation> allocatableMemory() throws IOException {
        return cgroups.stats(kubepods)
                .flatMap(CgroupStats::memory)
                .filter(m -> m.limitBytes().isPresent())
                .map(m ->
                        new Observation(
                                m.limitBytes().getAsLong() - m.workingSetBytes(),
                                m.limitBytes().getAsLong()));
    }

    /** Tasks that may still be made; the smaller of the two system-wide limits counts. */
    static Optional<Observation> processes(String loadavg, String pidMax, String threadsMax) {
        String[] words = loadavg.split("\\s+", -1);
        if (words.length < 4 || words[3].indexOf('/') < 0) {
            return Optional.empty();
        }
        long running = Long.parseLong(words[3].substring(words[3].indexOf('/') + 1));
        long most = Math.min(Long.parseLong(pidMax.strip()), Long.parseLong(threadsMax.strip()));
        return Optional.of(new Observation(most - running, most));
    }

    private void disk(Path path, Signal bytes, Signal inodes, Map<Signal, Observation> observed) {
        attempt(
                "disk of " + path,
                () -> {
                    FileSystemStatus fs = files.fileSystem(path);
                    observed.put(bytes, new Observation(fs.availableBytes(), fs.capacityBytes()));
                    // File systems that make inodes as needed report none at all: they never run
                    // out.
                    if (fs.inodes() > 0) {
                        observed.put(inodes, new Observation(fs.inodesFree(), fs.inodes()));
                    }
                });
    }

    private @Nullable Disks disks() {
        if (disks != null) {
            return disks;
        }
        try {
            ImageFsInfo info = images.imageFsInfo();
            Path imageFs = mountpoint(info.imageFilesystems()).orElse(nodeFs);
            Path containerFs = mountpoint(info.containerFilesystems()).orElse(imageFs);
            disks = new Disks(layout(imageFs, containerFs), imageFs, containerFs);
            log.info(
                    "Images lie in {}, writable layers in {}: {}",
                    imageFs,
                    containerFs,
                    disks.layout);
        } catch (RuntimeCallException | IOException unknown) {
            log.warn("Where images lie is not known yet: {}", unknown.getMessage());
        }
        return disks;
    }

    private DiskLayout layout(Path imageFs, Path containerFs) throws IOException {
        Object node = device(nodeFs);
        Object image = device(imageFs);
        if (Objects.equals(node, image)) {
            return DiskLayout.ONE;
        }
        return Objects.equals(node, device(containerFs))
                ? DiskLayout.IMAGES_ONLY_APART
                : DiskLayout.IMAGES_APART;
    }

    private static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev");
    }

    private static Optional<Path> mountpoint(List<FilesystemUsage> filesystems) {
        return filesystems.stream()
                .map(FilesystemUsage::mountpoint)
                .filter(p -> !p.isEmpty())
                .map(Path::of)
                .findFirst();
    }

    private String text(String file) throws IOException {
        try (InputStream in = Files.newInputStream(proc.resolve(file))) {
            return new String(in.readNBytes(LONGEST_FILE), StandardCharsets.US_ASCII);
        }
    }
}
