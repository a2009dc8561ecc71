/**
 * Files made from API objects: the payload of config map, secret, downward API and projected
 * volumes, and the writer that swaps a whole payload in one rename (kubelet.md §7.2).
 */
@NullMarked
package dev.caravel.kubelet.volume.projection;

import org.jspecify.annotations.NullMarked;
