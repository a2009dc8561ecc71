package dev.caravel.kubelet.facts;

import dev.caravel.linux.cgroup.CgroupDriver;
import dev.caravel.linux.cgroup.KubepodsNames;

/**
 * How this node lays out cgroups.
 *
 * @param driver who creates them
 * @param names the groups below the configured {@code cgroupRoot}
 * @param unified true for the v2 hierarchy
 * @param perQos whether pods live under {@code kubepods} and its quality-of-service groups; if not,
 *     the runtime puts containers below {@code cgroupRoot} and no pod has a group
 */
public record CgroupFacts(
        CgroupDriver driver, KubepodsNames names, boolean unified, boolean perQos) {}
