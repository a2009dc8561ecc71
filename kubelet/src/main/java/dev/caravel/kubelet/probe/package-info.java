/**
 * Probes of running containers: when each is due, what it found, and what that means for the pod.
 * The planner sees only {@link dev.caravel.kubelet.probe.ProbeVerdict}.
 */
@NullMarked
package dev.caravel.kubelet.probe;

import org.jspecify.annotations.NullMarked;
