package dev.caravel.kubelet.node;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the kernel and the distribution say about this machine.
 *
 * @param cpus CPUs that are online
 * @param memoryBytes memory the kernel manages
 * @param swapBytes swap, 0 for none
 * @param hugePages bytes reserved by page size in bytes, a size without pages included
 * @param machineId {@code /etc/machine-id}
 * @param systemUuid the firmware's UUID, else the machine id
 * @param bootId new at each boot
 * @param kernelVersion {@code uname -r}
 * @param osImage PRETTY_NAME of os-release
 * @param architecture Go's name, e.g. {@code amd64}
 * @param userNamespace whether this process runs in a user namespace of its own (rootless)
 */
public record MachineFacts(
        int cpus,
        long memoryBytes,
        long swapBytes,
        SortedMap<Long, Long> hugePages,
        String machineId,
        String systemUuid,
        String bootId,
        String kernelVersion,
        String osImage,
        String architecture,
        boolean userNamespace) {

    public MachineFacts {
        hugePages = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(hugePages));
    }
}
