/**
 * What {@code caravel explain pod} shows: why a pod is where it is, as text for a terminal. Pages
 * are made by pure code from what the pod's worker knows; a socket that only root may open hands
 * them out.
 */
@NullMarked
package dev.caravel.kubelet.explain;

import org.jspecify.annotations.NullMarked;
