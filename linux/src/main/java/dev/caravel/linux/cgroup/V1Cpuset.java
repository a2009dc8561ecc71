package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Controller {@code cpuset} of cgroup v1. A new group has neither CPUs nor memory nodes, and
 * nothing can run in it until it has both; so each group takes its parent's.
 */
final class V1Cpuset {
    private static final String CPUS = "cpuset.cpus";
    private static final String MEMS = "cpuset.mems";

    private V1Cpuset() {}

    /** Makes a group and those above it that are missing. */
    static void create(Path root, Path directory) throws IOException {
        if (directory.equals(root)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(directory + " is not below " + root);
        }
        create(root, parent);
        Files.createDirectories(directory);
        CgroupReader reader = new CgroupReader();
        inherit(reader, parent, directory, CPUS);
        inherit(reader, parent, directory, MEMS);
    }

    private static void inherit(CgroupReader reader, Path parent, Path directory, String file)
            throws IOException {
        if (reader.load(directory.toString(), file)
                && reader.text().isEmpty()
                && reader.load(parent.toString(), file)) {
            CgroupWriter.write(directory, file, reader.text());
        }
    }

    static void set(Path directory, CgroupLimits limits) throws IOException {
        if (limits.cpusetCpus().isPresent()) {
            CgroupWriter.write(directory, CPUS, limits.cpusetCpus().get());
        }
    }
}
