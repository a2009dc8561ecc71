package dev.caravel.linux.cgroup;

import dev.caravel.linux.dbus.Systemd;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.MountTable;
import dev.caravel.linux.sys.ProcessCalls;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the control groups of this node and opens them. */
public final class HostCgroups {
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup");
    private static final String PRESSURE = "/proc/pressure/cpu";

    private HostCgroups() {}

    /**
     * Opens the hierarchy of this node.
     *
     * @param mounts of this process
     * @param hugePageSizes in bytes, see {@code dev.caravel.linux.proc.HugePages}
     * @throws IOException if no hierarchy is mounted
     */
    public static Cgroups cgroupfs(
            MountTable mounts, List<Long> hugePageSizes, ProcessCalls processes, Pause pause)
            throws IOException {
        return new DrivenCgroups(
                hierarchy(mounts, hugePageSizes),
                CgroupDriver.CGROUPFS,
                new DrivenCgroups.NoUnits(),
                processes,
                pause);
    }

    /**
     * Opens the hierarchy of this node to be written through systemd.
     *
     * @throws IOException if no hierarchy is mounted or systemd does not answer
     */
    public static Cgroups systemd(
            MountTable mounts,
            List<Long> hugePageSizes,
            ProcessCalls processes,
            Pause pause,
            Systemd systemd)
            throws IOException {
        Hierarchy hierarchy = hierarchy(mounts, hugePageSizes);
        return new DrivenCgroups(
                hierarchy,
                CgroupDriver.SYSTEMD,
                new SystemdSlices(systemd, hierarchy.version()),
                processes,
                pause);
    }

    /** Whether the node has cgroup v2 alone; mixed ones count as v1, as their controllers do. */
    public static boolean unified(MountTable mounts) {
        return mounts.at(UNIFIED).filter(entry -> entry.fsType().equals("cgroup2")).isPresent();
    }

    static Hierarchy hierarchy(MountTable mounts, List<Long> hugePageSizes) throws IOException {
        if (unified(mounts)) {
            return new CgroupV2(UNIFIED, hugePageSizes, pressureKept());
        }
        Map<String, Path> controllers = v1MountPoints(mounts);
        if (!controllers.containsKey("memory") || !controllers.containsKey("cpu")) {
            throw new IOException(
                    "Find control groups: neither cgroup v2 at "
                            + UNIFIED
                            + " nor the v1 controllers cpu and memory are mounted, only "
                            + controllers.keySet());
        }
        return new CgroupV1(controllers, hugePageSizes);
    }

    /**
     * The mount of each v1 controller; a controller mounted several times counts once. On a mixed
     * host also the v2 mount, under {@code unified}: it has no controllers, but runtimes keep
     * containers' groups there too, and what is left above them is ours to remove.
     */
    static Map<String, Path> v1MountPoints(MountTable mounts) {
        Map<String, Path> controllers = new LinkedHashMap<>();
        for (MountEntry entry : mounts.entries()) {
            if (entry.fsType().equals("cgroup2") && entry.root().equals("/")) {
                controllers.putIfAbsent("unified", entry.mountPoint());
            }
            if (entry.fsType().equals("cgroup") && entry.root().equals("/")) {
                for (String option : entry.superOptions()) {
                    if (!option.equals("rw") && !option.equals("ro")) {
                        controllers.putIfAbsent(option, entry.mountPoint());
                    }
                }
            }
        }
        return controllers;
    }

    /** Booted without {@code psi=1}, some kernels have the files but refuse to show anything. */
    private static boolean pressureKept() {
        try (FileInputStream in = new FileInputStream(PRESSURE)) {
            return in.read() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
