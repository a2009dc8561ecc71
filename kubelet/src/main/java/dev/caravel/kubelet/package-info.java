/** The node agent. */
@NullMarked
package dev.caravel.kubelet;

import org.jspecify.annotations.NullMarked;
