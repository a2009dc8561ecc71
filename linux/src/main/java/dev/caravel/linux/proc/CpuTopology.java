package dev.caravel.linux.proc;

import java.util.List;
import java.util.SortedMap;

/**
 * The processors of the machine that are online, for capacity and for the CPU, memory and topology
 * managers.
 *
 * @param cpus in the order of their numbers
 * @param nodes memory nodes in the order of their numbers; one with all CPUs where the kernel knows
 *     none
 */
public record CpuTopology(List<Cpu> cpus, List<NumaNode> nodes) {
    public CpuTopology {
        cpus = List.copyOf(cpus);
        nodes = List.copyOf(nodes);
    }

    /** Physical cores; threads of one core count once. */
    public long cores() {
        return cpus.stream().map(cpu -> List.of(cpu.socket(), cpu.core())).distinct().count();
    }

    /** Processor packages. */
    public long sockets() {
        return cpus.stream().map(Cpu::socket).distinct().count();
    }

    /**
     * One logical CPU.
     *
     * @param core number of its core, unique within its socket
     * @param lastLevelCache number of the cache it shares with others; -1 where the kernel does not
     *     say
     */
    public record Cpu(int id, int core, int socket, int node, int lastLevelCache) {}

    /**
     * One memory node.
     *
     * @param distances to every node, by the order of the nodes; 10 is "here"
     * @param hugePages pools by page size in bytes
     */
    public record NumaNode(
            int id,
            long memoryBytes,
            List<Integer> distances,
            SortedMap<Long, HugePages> hugePages) {
        public NumaNode {
            distances = List.copyOf(distances);
        }
    }
}
