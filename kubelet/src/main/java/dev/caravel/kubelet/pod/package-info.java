/**
 * Words about pods that every other package uses: who a pod is, where it came from, which
 * containers it has and in which role. Values only, no I/O.
 */
@NullMarked
package dev.caravel.kubelet.pod;

import org.jspecify.annotations.NullMarked;
