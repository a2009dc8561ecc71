package dev.caravel.kubelet.stats;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ContainerStats;
import dev.caravel.cri.ContainerStatsFilter;
import dev.caravel.cri.FilesystemUsage;
import dev.caravel.cri.ImageFsInfo;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.spec.LogPaths;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileSystemStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is on disk, for one summary. What cannot be measured is left out and logged; the rest
 * of the summary does not suffer.
 *
 * @param rootDir the kubelet's own folder, on the file system called the node's
 */
public record StorageReader(
        ContainerRuntime runtime,
        ImageService images,
        FileCalls files,
        DirectoryTree trees,
        Path rootDir,
        Path podLogs) {

    private static final Logger log = LoggerFactory.getLogger(StorageReader.class);

    /** A container decides how many files there are; this many are looked at. */
    private static final long MOST_ENTRIES = 10_000;

    /** What one part uses of its file system. */
    record Disk(long usedBytes, long inodesUsed, FileSystemStatus fileSystem) {
        /** The file system as a whole. */
        static Disk whole(FileSystemStatus fs) {
            return new Disk(fs.capacityBytes() - fs.freeBytes(), fs.inodes() - fs.inodesFree(), fs);
        }
    }

    /** The file system of the kubelet's folder. */
    Optional<Disk> node() {
        return fileSystem(rootDir).map(Disk::whole);
    }

    /** Writable layers by container id. */
    Map<String, Disk> writableLayers() {
        Map<String, Disk> layers = new HashMap<>();
        Map<String, Optional<FileSystemStatus>> known = new HashMap<>();
        try {
            for (ContainerStats c :
                    runtime.listContainerStats(ContainerStatsFilter.all()).items()) {
                c.writableLayer()
                        .flatMap(layer -> disk(layer, known))
                        .ifPresent(disk -> layers.put(c.id(), disk));
            }
        } catch (RuntimeCallException e) {
            log.warn("Writable layers of containers: {}. The summary lacks them.", e.getMessage());
        }
        return layers;
    }

    /** Where the runtime keeps images and where writable layers, each the first of its kind. */
    Map<String, Disk> runtimeFileSystems() {
        Map<String, Disk> found = new HashMap<>();
        try {
            ImageFsInfo info = images.imageFsInfo();
            Map<String, Optional<FileSystemStatus>> known = new HashMap<>();
            first(info.imageFilesystems(), known).ifPresent(d -> found.put("imageFs", d));
            List<FilesystemUsage> containers =
                    info.containerFilesystems().isEmpty()
                            ? info.imageFilesystems()
                            : info.containerFilesystems();
            first(containers, known).ifPresent(d -> found.put("containerFs", d));
        } catch (RuntimeCallException e) {
            log.warn("File systems of the runtime: {}. The summary lacks them.", e.getMessage());
        }
        return found;
    }

    private Optional<Disk> first(
            List<FilesystemUsage> all, Map<String, Optional<FileSystemStatus>> known) {
        return all.stream().findFirst().flatMap(usage -> disk(usage, known));
    }

    private Optional<Disk> disk(
            FilesystemUsage usage, Map<String, Optional<FileSystemStatus>> known) {
        if (usage.mountpoint().isEmpty()) {
            return Optional.empty();
        }
        return known.computeIfAbsent(usage.mountpoint(), m -> fileSystem(Path.of(m)))
                .map(fs -> new Disk(usage.usedBytes().orElse(0), usage.inodesUsed().orElse(0), fs));
    }

    /** The log folder of a container. */
    Optional<Disk> logs(PodRef pod, String container) {
        Path folder = LogPaths.podDirectory(podLogs, pod).resolve(container);
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            DirectoryTree.Usage usage = trees.usage(folder, MOST_ENTRIES);
            return fileSystem(folder).map(fs -> new Disk(usage.bytes(), usage.inodes(), fs));
        } catch (IOException e) {
            log.warn("Logs of {} in {}: {}. The summary lacks them.", container, pod, e.toString());
            return Optional.empty();
        }
    }

    private Optional<FileSystemStatus> fileSystem(Path path) {
        try {
            return Optional.of(files.fileSystem(path));
        } catch (IOException e) {
            log.warn("File system of {}: {}. The summary lacks it.", path, e.getMessage());
            return Optional.empty();
        }
    }
}
