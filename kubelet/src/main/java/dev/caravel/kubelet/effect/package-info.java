/**
 * The planner's actions carried out on runtime, volumes and cgroups. Each action is one method that
 * reads top to bottom; none decides what to do next.
 */
@NullMarked
package dev.caravel.kubelet.effect;

import org.jspecify.annotations.NullMarked;
