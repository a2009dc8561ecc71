/**
 * The volumes of the pods on this node: which ones a pod uses, where they lie, how they are made
 * ready, shown to containers and taken away again. The kinds of volume are plugins in {@code
 * plugin}; what stands in projected files is built in {@code projection}.
 */
@NullMarked
package dev.caravel.kubelet.volume;

import org.jspecify.annotations.NullMarked;
