package dev.caravel.kubelet.effect;

import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.spec.LogPaths;
import dev.caravel.linux.fs.DirectoryTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log folders of pods and the links under /var/log/containers by which log collectors find them
 * (contract §9.7). A log that cannot be removed is reported and left; it never holds back the pod.
 */
public final class PodLogs {

    private static final Logger log = LoggerFactory.getLogger(PodLogs.class);

    private static final int MAX_STEM = 251;

    private final Path podLogs;
    private final Path links;
    private final DirectoryTree trees;
    private volatile Runnable onLink = () -> {};

    /**
     * @param podLogs {@code podLogsDir} of the configuration
     * @param links {@code /var/log/containers}
     * @param trees removes folders without following links
     */
    public PodLogs(Path podLogs, Path links, DirectoryTree trees) {
        this.trees = trees;
        this.podLogs = podLogs;
        this.links = links;
    }

    /**
     * The restart count after the highest that has a log, for a container the runtime has
     * forgotten.
     */
    OptionalInt nextRestartCount(PodRef pod, String container) {
        Path folder = LogPaths.podDirectory(podLogs, pod).resolve(container);
        int highest = -1;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                highest = Math.max(highest, number(name.substring(0, name.indexOf(".log"))));
            }
        } catch (NoSuchFileException e) {
            return OptionalInt.empty();
        } catch (IOException e) {
            log.warn(
                    "Reading log folder {} failed: {}. The restart count starts at 0.",
                    folder,
                    e.toString());
        }
        return highest < 0 ? OptionalInt.empty() : OptionalInt.of(highest + 1);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    void makeFolder(PodRef pod, String container) throws IOException {
        Files.createDirectories(LogPaths.podDirectory(podLogs, pod).resolve(container));
    }

    /** Links the log of a container that has started. */
    void link(PodRef pod, String container, String containerId, int restartCount) {
        Path target =
                LogPaths.podDirectory(podLogs, pod)
                        .resolve(LogPaths.containerLog(container, restartCount));
        Path link = linkOf(pod, container, containerId);
        try {
            Files.createDirectories(links);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, target);
        } catch (IOException e) {
            log.warn(
                    "Linking {} to {} failed: {}. Log collectors will not find it.",
                    link,
                    target,
                    e.toString());
        }
        onLink.run();
    }

    /** Sets who hears that a container has started and its log is linked. */
    public void onLink(Runnable listener) {
        onLink = listener;
    }

    private Path linkOf(PodRef pod, String container, String containerId) {
        String stem = pod.name() + "_" + pod.namespace() + "_" + container + "-" + containerId;
        return links.resolve(
                (stem.length() > MAX_STEM ? stem.substring(0, MAX_STEM) : stem) + ".log");
    }

    /** The log of a container that is gone, what was rotated of it, and the link to it. */
    public void removeContainer(PodRef pod, String container, String containerId, String logPath) {
        remove(linkOf(pod, container, containerId));
        Path log = Path.of(logPath).normalize();
        Path folder = LogPaths.podDirectory(podLogs, pod).resolve(container);
        if (!folder.equals(log.getParent())) {
            return;
        }
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(
                        folder,
                        f -> f.getFileName().toString().startsWith(log.getFileName().toString()))) {
            for (Path file : all) {
                remove(file);
            }
        } catch (IOException e) {
            PodLogs.log.warn(
                    "Removing log {} failed: {}. The log sweep tries again.", log, e.toString());
        }
    }

    /** The pod's log folder and every link into it. */
    public void removePod(PodRef pod) {
        String prefix = pod.name() + "_" + pod.namespace() + "_";
        Path folder = LogPaths.podDirectory(podLogs, pod);
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(
                        links, file -> file.getFileName().toString().startsWith(prefix))) {
            for (Path link : all) {
                if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(folder)) {
                    remove(link);
                }
            }
        } catch (NoSuchFileException e) {
            log.debug("No log links in {}", links);
        } catch (IOException e) {
            log.warn(
                    "Removing log links of pod {} failed: {}. The log sweep tries again.",
                    pod,
                    e.toString());
        }
        try {
            trees.delete(folder);
        } catch (IOException e) {
            log.warn(
                    "Removing log folder {} failed: {}. The log sweep tries again.",
                    folder,
                    e.toString());
        }
    }

    private static void remove(Path link) {
        try {
            Files.deleteIfExists(link);
        } catch (IOException e) {
            log.warn("Removing {} failed: {}. The log sweep tries again.", link, e.toString());
        }
    }
}
