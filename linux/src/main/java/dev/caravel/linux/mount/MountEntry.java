package dev.caravel.linux.mount;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code /proc/<pid>/mountinfo} (proc_pid_mountinfo(5)).
 *
 * @param id identifier of the mount, unique while it exists
 * @param parentId identifier of the mount it stands on
 * @param major major number of the device of the file system
 * @param minor minor number of the device of the file system
 * @param root folder of the file system that is visible at the mount point
 * @param mountPoint where it is mounted, below the root of the reading process
 * @param options options of this mount
 * @param propagation tags such as {@code shared:2} or {@code master:1}; none means private
 * @param fsType file system type
 * @param source what is mounted, as whoever mounted it wrote it
 * @param superOptions options of the file system
 */
public record MountEntry(
        int id,
        int parentId,
        int major,
        int minor,
        String root,
        Path mountPoint,
        List<String> options,
        List<String> propagation,
        String fsType,
        String source,
        List<String> superOptions) {
    public MountEntry {
        options = List.copyOf(options);
        propagation = List.copyOf(propagation);
        superOptions = List.copyOf(superOptions);
    }

    /** Whether this mount refuses writes, whatever its file system allows. */
    public boolean readOnly() {
        return options.contains("ro");
    }

    /** Whether mounts made below this one are passed on to its peers. */
    public boolean shared() {
        return propagation.stream().anyMatch(tag -> tag.startsWith("shared:"));
    }

    /** Value of an option of the file system written {@code name=value}, if it is there. */
    public Optional<String> superOption(String name) {
        String prefix = name + "=";
        return superOptions.stream()
                .filter(option -> option.startsWith(prefix))
                .map(option -> option.substring(prefix.length()))
                .findFirst();
    }
}
