/** Runs the lifecycle hooks of containers: postStart and preStop (contract 5.7). */
@NullMarked
package dev.caravel.kubelet.hook;

import org.jspecify.annotations.NullMarked;
