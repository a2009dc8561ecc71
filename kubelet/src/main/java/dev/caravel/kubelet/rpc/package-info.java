/** gRPC on unix sockets of the kubelet: servers it offers and plugins it calls. */
@NullMarked
package dev.caravel.kubelet.rpc;

import org.jspecify.annotations.NullMarked;
