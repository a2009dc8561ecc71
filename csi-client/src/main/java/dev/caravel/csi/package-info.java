/**
 * CSI drivers on this node (CSI 1.x): what the kubelet says to a driver's node service, and how a
 * driver registers, as records and two small interfaces. Paths and volumes are the caller's
 * business; the wire is in {@code grpc}.
 */
@NullMarked
package dev.caravel.csi;

import org.jspecify.annotations.NullMarked;
