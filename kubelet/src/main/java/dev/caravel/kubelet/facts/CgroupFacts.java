package dev.caravel.kubelet.facts;

/**
 * How this node lays out cgroups.
 *
 * @param driver who creates them
 * @param root the configured {@code cgroupRoot}, {@code /} by default
 * @param unified true for the v2 hierarchy
 * @param perQos whether pods live under {@code kubepods} and its quality-of-service groups
 */
public record CgroupFacts(Driver driver, String root, boolean unified, boolean perQos) {

    /** Who creates cgroups: systemd slices or plain directories. */
    public enum Driver {
        SYSTEMD,
        CGROUPFS
    }
}
