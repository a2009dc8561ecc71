package dev.caravel.linux.cgroup;

import dev.caravel.linux.dbus.Systemd;
import dev.caravel.linux.dbus.Systemd.Property;
import java.io.IOException;
import java.util.List;

/** The driver {@code systemd}: each group is a transient slice. */
final class SystemdSlices implements DrivenCgroups.Units {
    private final Systemd systemd;
    private final int cgroupVersion;
    private final int systemdVersion;

    /** Asks systemd for its version at once, so that a node without systemd fails at start. */
    SystemdSlices(Systemd systemd, int cgroupVersion) throws IOException {
        this.systemd = systemd;
        this.cgroupVersion = cgroupVersion;
        this.systemdVersion = systemd.version();
    }

    @Override
    public void start(CgroupName name) throws IOException {
        if (name.isRoot()) {
            return;
        }
        List<String> above = name.components().subList(0, name.components().size() - 1);
        String parent = new CgroupName(above).systemdUnit();
        String unit = name.systemdUnit();
        // A slice that is there already is as good; its limits follow in update.
        systemd.startTransientUnit(unit, SliceProperties.ofNewSlice(unit, parent, cgroupVersion));
    }

    @Override
    public CgroupLimits update(CgroupName name, CgroupLimits limits) throws IOException {
        CgroupLimits rounded = SliceProperties.rounded(limits);
        List<Property> properties =
                SliceProperties.ofLimits(rounded, cgroupVersion, systemdVersion);
        if (!properties.isEmpty() && !name.isRoot()) {
            systemd.setUnitProperties(name.systemdUnit(), properties);
        }
        return rounded;
    }

    @Override
    public void stop(CgroupName name) throws IOException {
        systemd.stopUnit(name.systemdUnit());
    }
}
