package dev.caravel.kubelet.evict;

import java.util.Map;

/**
 * What a pod uses.
 *
 * @param memoryBytes working set
 * @param processes threads count one each
 * @param containers by name
 * @param volumes local volumes (emptyDir, hostPath, projected and the like) by name
 */
public record PodUsage(
        long memoryBytes,
        long processes,
        Map<String, Container> containers,
        Map<String, Disk> volumes) {

    public PodUsage {
        containers = Map.copyOf(containers);
        volumes = Map.copyOf(volumes);
    }

    /**
     * What a container uses.
     *
     * @param rootfs its writable layer
     * @param logs its log files
     */
    public record Container(long memoryBytes, Disk rootfs, Disk logs) {}

    /** Space on a disk. */
    public record Disk(long bytes, long inodes) {
        public static final Disk NOTHING = new Disk(0, 0);

        Disk plus(Disk other) {
            return new Disk(bytes + other.bytes, inodes + other.inodes);
        }
    }

    /** What of the pod lies on disk, in the parts that count. */
    Disk disk(boolean rootfs, boolean logsAndVolumes) {
        Disk sum = Disk.NOTHING;
        for (Container c : containers.values()) {
            sum = rootfs ? sum.plus(c.rootfs()) : sum;
            sum = logsAndVolumes ? sum.plus(c.logs()) : sum;
        }
        if (logsAndVolumes) {
            for (Disk volume : volumes.values()) {
                sum = sum.plus(volume);
            }
        }
        return sum;
    }

    /** Everything the pod has on disk. */
    Disk ephemeral() {
        return disk(true, true);
    }
}
