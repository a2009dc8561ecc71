package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files of one version of control groups, by path below the mount point; a path starts with a
 * slash. Who makes the folders is the business of {@link DrivenCgroups}.
 */
interface Hierarchy {
    /** 1 or 2. */
    int version();

    /** Controllers the contract uses that this node has. */
    Set<String> controllers();

    /** Whether the group is there with every controller that matters. */
    boolean exists(String path) throws IOException;

    /** Makes the folders of a group and of those above it, where missing. */
    void create(String path) throws IOException;

    /** Writes limits of an existing group. */
    void update(String path, CgroupLimits limits) throws IOException;

    /** Reads the limits in force; empty when the group is gone. */
    Optional<CgroupLimits> limits(String path) throws IOException;

    /**
     * Kills all processes in the group and below at once.
     *
     * @return false when the kernel has no such means
     */
    boolean kill(String path) throws IOException;

    /** Removes the folders of a group and all below, where present. */
    void remove(String path) throws IOException;

    /** Last components of the groups directly below, sorted. */
    List<String> children(String path) throws IOException;

    /** Processes in the group and below, ascending. */
    List<Integer> pids(String path) throws IOException;

    /** Reads all counters; empty when the group is gone. */
    Optional<CgroupStats> stats(String path) throws IOException;
}
