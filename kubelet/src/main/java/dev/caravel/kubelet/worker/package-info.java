/**
 * The thin shell around the planner: one worker a pod, on one virtual thread, that waits for a poke
 * or a deadline, takes a snapshot, asks the planner, starts what the plan names and publishes the
 * status. It knows no rule and no runtime call.
 */
@NullMarked
package dev.caravel.kubelet.worker;

import org.jspecify.annotations.NullMarked;
