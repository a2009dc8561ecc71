/**
 * CSI volumes (kubelet.md §7.4): which drivers are here, what the API says about them, what this
 * node tells the API, and the plugin that stages, publishes and takes away volumes through them.
 */
@NullMarked
package dev.caravel.kubelet.csi;

import org.jspecify.annotations.NullMarked;
