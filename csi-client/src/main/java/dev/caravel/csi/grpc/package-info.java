/** The CSI and plugin registration services over gRPC on Unix sockets. */
@NullMarked
package dev.caravel.csi.grpc;

import org.jspecify.annotations.NullMarked;
