/** The container runtime as one small Java interface over gRPC. */
@NullMarked
package dev.caravel.cri;

import org.jspecify.annotations.NullMarked;
