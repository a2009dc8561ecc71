/**
 * What the container runtime says about pods, as values, and the view that keeps them fresh from
 * events and relists. Nothing here decides.
 */
@NullMarked
package dev.caravel.kubelet.observe;

import org.jspecify.annotations.NullMarked;
