package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The control groups of this node. Used by the kubelet's resource code.
 *
 * <p>Methods that take a path rather than a name also serve groups this program did not make, such
 * as those of containers; a path is what {@link #path(CgroupName)} returns, with more components
 * behind it if need be.
 */
public interface Cgroups {
    /** Version of the hierarchy, 1 or 2. */
    int version();

    /** Who writes it. */
    CgroupDriver driver();

    /** Names of the controllers that are both used by the contract and present on this node. */
    Set<String> controllers();

    /** Path below the hierarchy's mount point, the form of {@code cgroup_parent} in the CRI. */
    String path(CgroupName name);

    /** The name behind such a path; what is no name of ours comes out as one nobody uses. */
    CgroupName name(String path);

    /** Whether the group is there completely: in every controller that matters. */
    boolean exists(CgroupName name) throws IOException;

    /**
     * Makes the group and its missing parents, then sets the limits. Making one that exists is no
     * error.
     */
    void create(CgroupName name, CgroupLimits limits) throws IOException;

    /** Sets limits of an existing group. */
    void update(CgroupName name, CgroupLimits limits) throws IOException;

    /**
     * Reads the limits that are in force (shares, quota, period, memory, pids), for the status of a
     * resized pod and for metrics; empty when the group is gone. On v2 shares are computed from the
     * weight, which is coarser (see {@link CpuWeight}).
     */
    Optional<CgroupLimits> limits(String path) throws IOException;

    /**
     * Kills what still runs in the group and below, then removes it all. One that is gone already
     * is no error.
     *
     * @throws IOException if processes or folders are left after several tries; nothing is lost by
     *     calling again
     */
    void destroy(CgroupName name) throws IOException;

    /** Pod groups that exist in any controller, whether anybody knows the pod or not. */
    default List<KubepodsNames.PodCgroup> pods(KubepodsNames names) throws IOException {
        List<KubepodsNames.PodCgroup> found = new ArrayList<>();
        for (QosClass qos : QosClass.values()) {
            String parent = path(names.qos(qos));
            for (String child : children(parent)) {
                names.podOf(name(parent + "/" + child)).ifPresent(found::add);
            }
        }
        return found;
    }

    /**
     * Groups directly below, as their last path components, sorted; none when the group is gone.
     */
    List<String> children(String path) throws IOException;

    /** Processes in the group and all groups below, each once, ascending. */
    List<Integer> pids(String path) throws IOException;

    /** Reads all counters; empty when the group is gone. */
    Optional<CgroupStats> stats(String path) throws IOException;
}
