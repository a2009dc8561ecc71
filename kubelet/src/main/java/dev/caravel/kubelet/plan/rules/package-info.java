/**
 * The rules of a pod's life, one file each, in the order {@link
 * dev.caravel.kubelet.plan.PodPlanner} asks them. A rule reads the snapshot and adds to the plan;
 * none knows another's insides.
 */
@NullMarked
package dev.caravel.kubelet.plan.rules;

import org.jspecify.annotations.NullMarked;
