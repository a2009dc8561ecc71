package dev.caravel.kubelet.volume.projection;

import dev.caravel.kubelet.volume.CleanPath;
import dev.caravel.kubelet.volume.VolumeException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All files of a projected volume. Paths are relative to the volume's root, clean, and never begin
 * with {@code ..}, which the writer keeps for itself.
 *
 * @param files by path, sorted
 */
public record Payload(SortedMap<String, ProjectedFile> files) {
    /** PATH_MAX and NAME_MAX of the kernel (linux/limits.h). */
    private static final int LONGEST_PATH = 4096;

    private static final int LONGEST_NAME = 255;

    /** Use {@link #of}, which checks the paths. */
    public Payload {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * Checks and cleans the paths.
     *
     * @throws VolumeException when a path is absolute, too long, steps back, begins with {@code
     *     ..}, or passes through another file
     */
    public static Payload of(Map<String, ProjectedFile> files) throws VolumeException {
        SortedMap<String, ProjectedFile> clean = new TreeMap<>();
        for (Map.Entry<String, ProjectedFile> file : files.entrySet()) {
            clean.put(checked(file.getKey()), file.getValue());
        }
        for (String folder : foldersOf(clean.keySet())) {
            if (clean.containsKey(folder)) {
                throw new VolumeException("invalid path: '" + folder + "' is a file and a folder");
            }
        }
        return new Payload(clean);
    }

    /** The folders the files need, parents before children. */
    public Set<String> folders() {
        return foldersOf(files.keySet());
    }

    /** The first component of every path: what shows in the volume's root. */
    public Set<String> topNames() {
        Set<String> names = new TreeSet<>();
        for (String path : files.keySet()) {
            int slash = path.indexOf('/');
            names.add(slash < 0 ? path : path.substring(0, slash));
        }
        return names;
    }

    private static Set<String> foldersOf(Set<String> paths) {
        Set<String> folders = new TreeSet<>();
        for (String path : paths) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(path.substring(0, slash));
            }
        }
        return folders;
    }

    private static String checked(String path) throws VolumeException {
        if (path.isEmpty()) {
            throw new VolumeException("invalid path: must not be empty");
        }
        if (path.startsWith("/")) {
            throw new VolumeException("invalid path: must be relative path: " + path);
        }
        if (bytes(path) > LONGEST_PATH) {
            throw new VolumeException(
                    "invalid path: must be less than or equal to " + LONGEST_PATH + " characters");
        }
        if (path.indexOf('\0') >= 0) {
            throw new VolumeException("invalid path: must not contain NUL");
        }
        if (CleanPath.hasBackStep(path)) {
            throw new VolumeException("invalid path: must not contain '..': " + path);
        }
        String clean = CleanPath.of(path);
        if (clean.equals(".")) {
            throw new VolumeException("invalid path: must name a file: " + path);
        }
        if (clean.startsWith("..")) {
            throw new VolumeException("invalid path: must not start with '..': " + path);
        }
        for (String name : clean.split("/", -1)) {
            if (bytes(name) > LONGEST_NAME) {
                throw new VolumeException(
                        "invalid path: filenames must be less than or equal to "
                                + LONGEST_NAME
                                + " characters");
            }
        }
        return clean;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
