package dev.caravel.kubelet.agent;

import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.MountTable;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.mount.Propagation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the root directory a shared mount, so that what a container with Bidirectional propagation
 * mounts below it reaches the host, as CSI drivers need. On most hosts the whole file system is
 * shared, and nothing is to be done.
 */
final class RootFolder {

    private static final Logger log = LoggerFactory.getLogger(RootFolder.class);

    private RootFolder() {}

    /**
     * Never fails: without it only pods with Bidirectional mounts do not work, and that is told.
     */
    static void share(Path rootDir, Mounts mounts) {
        try {
            Path root = rootDir.toRealPath();
            switch (step(mounts.table(), root)) {
                case NOTHING -> {}
                case REFUSE ->
                        warn(root, "it is not shared, and something is mounted below it already");
                case SHARE -> mounts.propagate(root, Propagation.SHARED, true);
                case BIND_AND_SHARE -> {
                    mounts.bind(root, root, false, Set.of());
                    mounts.propagate(root, Propagation.SHARED, true);
                    log.info("The root directory {} is a shared mount now", root);
                }
            }
        } catch (IOException e) {
            warn(rootDir, String.valueOf(e.getMessage()));
        }
    }

    /** What is to be done. */
    enum Step {
        NOTHING,
        SHARE,
        BIND_AND_SHARE,
        REFUSE
    }

    /** Mounts below would be hidden by another on top of their folder, so they forbid it. */
    static Step step(MountTable table, Path root) {
        Optional<MountEntry> on = table.containing(root);
        if (on.filter(MountEntry::shared).isPresent()) {
            return Step.NOTHING;
        }
        if (on.filter(m -> m.mountPoint().equals(root)).isPresent()) {
            return Step.SHARE;
        }
        return table.beneath(root).isEmpty() ? Step.BIND_AND_SHARE : Step.REFUSE;
    }

    private static void warn(Path root, String why) {
        log.warn(
                "The root directory {} cannot be made a shared mount: {}. Mounts that containers make"
                        + " with Bidirectional propagation, such as those of CSI drivers, will not reach"
                        + " the host. Make it shared before the kubelet starts: mount --bind {} {} &&"
                        + " mount --make-rshared {}",
                root,
                why,
                root,
                root,
                root);
    }
}
