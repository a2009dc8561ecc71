package dev.caravel.linux.cgroup;

/** Who writes the hierarchy: this program itself, or systemd on its behalf. */
public enum CgroupDriver {
    /** Folders are made and removed directly. */
    CGROUPFS,
    /** Transient slices are asked from systemd over D-Bus. */
    SYSTEMD
}
