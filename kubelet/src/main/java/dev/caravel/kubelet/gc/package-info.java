/**
 * What nobody wants any more: pods the runtime still has, folders of pods that are gone, dead
 * containers beyond the one kept for its log. Runs only once every source of pods has reported.
 */
@NullMarked
package dev.caravel.kubelet.gc;

import org.jspecify.annotations.NullMarked;
