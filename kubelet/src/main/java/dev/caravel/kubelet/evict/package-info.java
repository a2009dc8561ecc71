/**
 * What happens when the node runs short of memory, disk or processes (contract §8.4): signals are
 * measured, compared with thresholds, shown as node conditions, and in the end pods have to go, one
 * at a time. Rules are pure; {@code Evictor} measures and acts.
 */
@NullMarked
package dev.caravel.kubelet.evict;

import org.jspecify.annotations.NullMarked;
