/** CSI drivers: registration, node service, capabilities. */
@NullMarked
package dev.caravel.csi;

import org.jspecify.annotations.NullMarked;
