package dev.caravel.kubelet.evict;

/**
 * One signal at one instant, in bytes or pieces.
 *
 * @param available what is left
 * @param capacity what there is in all
 */
public record Observation(long available, long capacity) {}
