package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** Who writes cgroups. */
public enum CgroupDriver implements WireName {
    /** The kubelet and the runtime, by path. */
    CGROUPFS("cgroupfs"),
    /** systemd, by slice and scope. */
    SYSTEMD("systemd");

    private final String wireName;

    CgroupDriver(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
