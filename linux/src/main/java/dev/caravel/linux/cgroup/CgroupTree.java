package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;

/** The folders of one hierarchy: listing groups, the processes in them, and removing them. */
final class CgroupTree {
    private CgroupTree() {}

    /** Folder of a group; the path always starts with a slash. */
    static Path directory(Path root, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("cgroup path '" + path + "' must start with '/'");
        }
        Path directory = root.resolve(path.substring(1)).normalize();
        if (!directory.startsWith(root)) {
            throw new IllegalArgumentException("cgroup path '" + path + "' leaves the hierarchy");
        }
        return directory;
    }

    /** Groups directly below; none when the group is gone. */
    static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(
                        directory, e -> Files.isDirectory(e, LinkOption.NOFOLLOW_LINKS))) {
            entries.forEach(children::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    /** Adds the processes in a group and all groups below. */
    static void collectPids(Path directory, Set<Integer> pids) throws IOException {
        CgroupReader reader = new CgroupReader();
        List<Path> rest = new ArrayList<>(List.of(directory));
        while (!rest.isEmpty()) {
            Path group = rest.removeLast();
            if (loadProcesses(reader, group)) {
                StringTokenizer numbers = new StringTokenizer(reader.text());
                while (numbers.hasMoreTokens()) {
                    pids.add(Integer.parseInt(numbers.nextToken()));
                }
            }
            rest.addAll(children(group));
        }
    }

    private static boolean loadProcesses(CgroupReader reader, Path group) throws IOException {
        try {
            return reader.load(group.toString(), "cgroup.procs");
        } catch (IOException e) {
            // In a threaded group the file cannot be read; its processes stand in the group above.
            String type =
                    reader.loadIfPresent(group.toString(), "cgroup.type") ? reader.text() : "";
            if (type.equals("threaded")) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Removes a group and all below it, the deepest first; one that is gone is no error.
     *
     * @throws IOException naming the first that is still in use
     */
    static void remove(Path directory) throws IOException {
        List<Path> groups = new ArrayList<>(List.of(directory));
        for (int i = 0; i < groups.size(); i++) {
            groups.addAll(children(groups.get(i)));
        }
        for (Path group : groups.reversed()) {
            try {
                Files.deleteIfExists(group);
            } catch (IOException e) {
                throw new IOException("Remove cgroup " + group + ": " + e.getMessage(), e);
            }
        }
    }
}
