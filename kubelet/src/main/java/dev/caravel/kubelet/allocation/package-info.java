/**
 * Which resources each pod has been granted, which of them the kernel has been told, and how a
 * resize gets from one to the other (contract §5.9, KEP-1287, KEP-5419). The rules are pure; {@code
 * Resizes} decides for the node, {@code AllocationFile} remembers across a crash.
 */
@NullMarked
package dev.caravel.kubelet.allocation;

import org.jspecify.annotations.NullMarked;
