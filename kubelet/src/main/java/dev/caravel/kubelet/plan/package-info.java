/**
 * The decision. A {@link dev.caravel.kubelet.plan.PodSnapshot} comes in, a {@link
 * dev.caravel.kubelet.plan.Plan} goes out. No clock, no I/O, no logging, no lock: if a rule needs a
 * fact, the fact is a component of the snapshot.
 */
@NullMarked
package dev.caravel.kubelet.plan;

import org.jspecify.annotations.NullMarked;
