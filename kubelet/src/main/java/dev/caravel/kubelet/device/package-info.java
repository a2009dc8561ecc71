/**
 * Device plugins (contract §8.3): registration, the devices they offer, which container has which,
 * and what a container gets for them. The checkpoint is the Go kubelet's.
 */
@NullMarked
package dev.caravel.kubelet.device;

import org.jspecify.annotations.NullMarked;
