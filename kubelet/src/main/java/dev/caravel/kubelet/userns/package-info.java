/**
 * User namespaces of pods (contract §5.14): a block of host ids for each pod with {@code hostUsers:
 * false}, written down so that it survives a restart.
 */
@NullMarked
package dev.caravel.kubelet.userns;

import org.jspecify.annotations.NullMarked;
