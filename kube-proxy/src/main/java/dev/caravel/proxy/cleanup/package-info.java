/**
 * Takes away what another mode of a kube-proxy has left in the kernel. Best effort, no programs.
 */
@NullMarked
package dev.caravel.proxy.cleanup;

import org.jspecify.annotations.NullMarked;
