/**
 * Control groups as the kubelet uses them: names ({@link dev.caravel.linux.cgroup.CgroupName}),
 * limits, life and accounting of kubepods, QoS and pod cgroups, on cgroup v1 and v2, written
 * directly or through systemd. Decisions about which limits to set are made elsewhere.
 */
@NullMarked
package dev.caravel.linux.cgroup;

import org.jspecify.annotations.NullMarked;
