/**
 * Plugins that register themselves by a socket in {@code plugins_registry}: CSI drivers, device and
 * DRA plugins. Who they are is found out here; what becomes of them is their handlers' business.
 */
@NullMarked
package dev.caravel.kubelet.plugin;

import org.jspecify.annotations.NullMarked;
