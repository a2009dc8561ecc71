package dev.caravel.kubelet.volume.projection;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a projected volume holds now, as far as the writer cares.
 *
 * @param root the entries of the volume's root
 * @param dataFolder where {@code ..data} leads, when that is a folder of the writer's own
 * @param paths files and folders in that folder, relative to it
 * @param current whether all files of the wanted payload are there with the wanted content
 */
public record VolumeContent(
        SortedMap<String, RootEntry> root,
        Optional<String> dataFolder,
        SortedSet<String> paths,
        boolean current) {
    public VolumeContent(
            Map<String, RootEntry> root,
            Optional<String> dataFolder,
            Set<String> paths,
            boolean current) {
        this(new TreeMap<>(root), dataFolder, new TreeSet<>(paths), current);
    }

    /** A volume nothing was ever written to. */
    public static VolumeContent empty() {
        return new VolumeContent(Map.of(), Optional.empty(), Set.of(), false);
    }

    /** One entry of the volume's root. */
    public sealed interface RootEntry {
        /** A symbolic link. */
        record Link(String target) implements RootEntry {}

        /** A folder, e.g. the mount point of another volume. */
        record Folder() implements RootEntry {}

        /** Anything else; the writer leaves it alone. */
        record Other() implements RootEntry {}
    }
}
