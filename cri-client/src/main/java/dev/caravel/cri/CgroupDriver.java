package dev.caravel.cri;

/** Who makes the cgroups of the node. */
public enum CgroupDriver {
    SYSTEMD,
    CGROUPFS
}
