package dev.caravel.kubelet.volume;

import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of pods on disk: which there are, and the removal of those nobody wants. Called by
 * housekeeping and when a pod has ended; one thread at a time.
 */
public final class PodFolders {
    private static final Logger log = LoggerFactory.getLogger(PodFolders.class);

    private final VolumePaths paths;
    private final VolumeTearDown tearDown;
    private final Mounts mounts;
    private final DirectoryTree trees;
    private final Clock clock;
    private final Map<String, VolumeBackOff> resting = new HashMap<>();

    public PodFolders(
            VolumePaths paths,
            VolumeTearDown tearDown,
            Mounts mounts,
            DirectoryTree trees,
            Clock clock) {
        this.paths = paths;
        this.tearDown = tearDown;
        this.mounts = mounts;
        this.trees = trees;
        this.clock = clock;
    }

    /** The UIDs of the pods that have a folder. */
    public List<String> podsOnDisk() throws IOException {
        List<String> uids = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(paths.pods())) {
            for (Path folder : folders) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    uids.add(String.valueOf(folder.getFileName()));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return uids;
    }

    /**
     * Takes away the folders of pods that nobody wants and that have no container. To be called
     * only once all sources of pods have reported.
     *
     * @param wanted whether a pod is desired or still has a worker
     * @param running whether the runtime has a sandbox or container of a pod
     */
    public OrphanReport removeOrphans(Predicate<String> wanted, Predicate<String> running)
            throws InterruptedException {
        int found = 0;
        List<String> failures = new ArrayList<>();
        List<String> uids;
        try {
            uids = podsOnDisk();
        } catch (IOException e) {
            return new OrphanReport(0, List.of("listing " + paths.pods() + ": " + e));
        }
        for (String uid : uids) {
            if (wanted.test(uid)) {
                continue;
            }
            found++;
            VolumeBackOff backOff = resting.get(uid);
            if (backOff != null && backOff.resting(clock.instant())) {
                failures.add("orphaned pod " + uid + ": waits for its next try");
                continue;
            }
            int before = failures.size();
            remove(uid, wanted.test(uid), running.test(uid), failures);
            rest(uid, failures.size() > before, backOff);
        }
        resting.keySet().retainAll(uids);
        return new OrphanReport(found, failures);
    }

    /**
     * What removing orphans came to, for metrics.
     *
     * @param found folders of pods nobody wants
     * @param failures why some of them are still there
     */
    public record OrphanReport(int found, List<String> failures) {
        public OrphanReport {
            failures = List.copyOf(failures);
        }
    }

    /**
     * Removes what is left of a pod that has ended, its volumes already torn down.
     *
     * @return why it is still there; empty when it is gone
     */
    public List<String> removePod(String uid) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        remove(uid, false, false, failures);
        return List.copyOf(failures);
    }

    private void rest(String uid, boolean failed, @Nullable VolumeBackOff last) {
        if (failed) {
            resting.put(
                    uid,
                    last == null
                            ? VolumeBackOff.first(clock.instant())
                            : last.next(clock.instant()));
        } else {
            resting.remove(uid);
        }
    }

    private void remove(String uid, boolean wanted, boolean running, List<String> failures)
            throws InterruptedException {
        boolean torn = false;
        try {
            while (true) {
                switch (OrphanStep.next(evidence(uid, wanted, running, torn))) {
                    case OrphanStep.Keep(String why) -> {
                        log.debug("Folder of pod {} stays: {}", uid, why);
                        return;
                    }
                    case OrphanStep.TearDown() -> {
                        for (VolumeFailure failure : tearDown.tearDown(uid)) {
                            failures.add("orphaned pod " + uid + ": " + failure.message());
                        }
                        torn = true;
                    }
                    case OrphanStep.Stuck(List<Path> what) -> {
                        if (failures.isEmpty()) {
                            failures.add("orphaned pod " + uid + ": still there: " + what);
                        }
                        return;
                    }
                    case OrphanStep.RemoveRest() -> {
                        // Refuses mount points, should one have appeared since.
                        trees.delete(paths.pod(uid));
                        log.info("Removed the folder of pod {}", uid);
                        return;
                    }
                }
            }
        } catch (IOException e) {
            failures.add("orphaned pod " + uid + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            failures.add("folder " + uid + " below " + paths.pods() + ": " + e.getMessage());
        }
    }

    private OrphanStep.Evidence evidence(String uid, boolean wanted, boolean running, boolean torn)
            throws IOException {
        Path pod = paths.pod(uid);
        List<Path> left = new ArrayList<>();
        for (Path top : List.of(paths.volumes(uid), paths.devices(uid), paths.subPaths(uid))) {
            for (Path second : children(top)) {
                List<Path> third = children(second);
                left.addAll(third.isEmpty() ? List.of(second) : third);
            }
        }
        return new OrphanStep.Evidence(
                wanted,
                running,
                mounts.table().beneath(pod).stream().map(MountEntry::mountPoint).toList(),
                left,
                torn);
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
                stream.forEach(children::add);
            } catch (NoSuchFileException e) {
                return List.of();
            }
        }
        return children;
    }
}
