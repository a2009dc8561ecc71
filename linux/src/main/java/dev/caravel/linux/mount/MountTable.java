package dev.caravel.linux.mount;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot of the mounts one process sees.
 *
 * @param entries oldest mount first, as the kernel lists them
 */
public record MountTable(List<MountEntry> entries) {
    public MountTable {
        entries = List.copyOf(entries);
    }

    /** The topmost mount exactly at a path. */
    public Optional<MountEntry> at(Path mountPoint) {
        return entries.reversed().stream()
                .filter(entry -> entry.mountPoint().equals(mountPoint))
                .findFirst();
    }

    /** Mounts at or below a path, deepest and newest first: the order in which to unmount. */
    public List<MountEntry> beneath(Path path) {
        List<MountEntry> found = new ArrayList<>();
        for (MountEntry entry : entries.reversed()) {
            if (entry.mountPoint().startsWith(path)) {
                found.add(entry);
            }
        }
        found.sort((a, b) -> b.mountPoint().getNameCount() - a.mountPoint().getNameCount());
        return List.copyOf(found);
    }

    /** The mount that a path lies on: the newest one whose mount point is its longest prefix. */
    public Optional<MountEntry> containing(Path path) {
        MountEntry best = null;
        for (MountEntry entry : entries) {
            if (path.startsWith(entry.mountPoint())
                    && (best == null
                            || entry.mountPoint().getNameCount()
                                    >= best.mountPoint().getNameCount())) {
                best = entry;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * Other mounts of the same folder of the same file system: the references that say whether a
     * device-backed volume is still in use elsewhere.
     */
    public List<MountEntry> sameSource(MountEntry entry) {
        return entries.stream()
                .filter(other -> other.id() != entry.id())
                .filter(other ->
                        other.major() == entry.major()
                                && other.minor() == entry.minor()
                                && other.root().equals(entry.root()))
                .toList();
    }
}
