package dev.caravel.linux.cgroup;

import dev.caravel.linux.sys.ProcessCalls;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link Cgroups} of one hierarchy through one driver. */
final class DrivenCgroups implements Cgroups {
    private final Hierarchy hierarchy;
    private final CgroupDriver driver;
    private final Units units;
    private final LeftoverProcesses leftovers;

    /**
     * What the driver does besides the files.
     *
     * <p>With the driver {@code cgroupfs} that is nothing; with {@code systemd} each group is a
     * slice that systemd must know, or it would set its limits back at the next reload.
     */
    interface Units {
        /** Makes systemd know a slice and the slices above it. */
        void start(CgroupName name) throws IOException;

        /**
         * Tells it the limits.
         *
         * @return the limits to write to the files, which may be rounded
         */
        CgroupLimits update(CgroupName name, CgroupLimits limits) throws IOException;

        /** Makes it forget the slice. */
        void stop(CgroupName name) throws IOException;
    }

    /** The driver {@code cgroupfs}. */
    static final class NoUnits implements Units {
        @Override
        public void start(CgroupName name) {}

        @Override
        public CgroupLimits update(CgroupName name, CgroupLimits limits) {
            return limits;
        }

        @Override
        public void stop(CgroupName name) {}
    }

    DrivenCgroups(
            Hierarchy hierarchy,
            CgroupDriver driver,
            Units units,
            ProcessCalls processes,
            Pause pause) {
        this.hierarchy = hierarchy;
        this.driver = driver;
        this.units = units;
        this.leftovers = new LeftoverProcesses(processes, pause);
    }

    @Override
    public int version() {
        return hierarchy.version();
    }

    @Override
    public CgroupDriver driver() {
        return driver;
    }

    @Override
    public Set<String> controllers() {
        return hierarchy.controllers();
    }

    @Override
    public String path(CgroupName name) {
        return name.path(driver);
    }

    @Override
    public CgroupName name(String path) {
        return switch (driver) {
            case CGROUPFS -> CgroupName.parse(path);
            case SYSTEMD -> CgroupName.parseSystemd(path);
        };
    }

    @Override
    public boolean exists(CgroupName name) throws IOException {
        return hierarchy.exists(path(name));
    }

    @Override
    public void create(CgroupName name, CgroupLimits limits) throws IOException {
        units.start(name);
        hierarchy.create(path(name));
        update(name, limits);
    }

    @Override
    public void update(CgroupName name, CgroupLimits limits) throws IOException {
        CgroupLimits forFiles = units.update(name, limits);
        // Also with systemd, which does not know all of them.
        hierarchy.update(path(name), forFiles);
    }

    @Override
    public Optional<CgroupLimits> limits(String path) throws IOException {
        return hierarchy.limits(path);
    }

    @Override
    public void destroy(CgroupName name) throws IOException {
        if (name.isRoot()) {
            throw new IllegalArgumentException("the root cgroup cannot be destroyed");
        }
        String path = path(name);
        leftovers.killAndRemove(
                path,
                new LeftoverProcesses.Target() {
                    @Override
                    public Collection<Integer> pids() throws IOException {
                        return hierarchy.pids(path);
                    }

                    @Override
                    public boolean kill() throws IOException {
                        return hierarchy.kill(path);
                    }

                    @Override
                    public void remove() throws IOException {
                        units.stop(name);
                        hierarchy.remove(path);
                    }
                });
    }

    @Override
    public List<String> children(String path) throws IOException {
        return hierarchy.children(path);
    }

    @Override
    public List<Integer> pids(String path) throws IOException {
        return hierarchy.pids(path);
    }

    @Override
    public Optional<CgroupStats> stats(String path) throws IOException {
        return hierarchy.stats(path);
    }
}
