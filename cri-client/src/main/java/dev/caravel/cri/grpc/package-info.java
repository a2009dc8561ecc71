/**
 * CRI v1 over gRPC on a unix socket. {@link dev.caravel.cri.grpc.RuntimeConnection} holds the
 * connection, the {@code ...Wire} classes translate records to messages and check every answer,
 * {@link dev.caravel.cri.grpc.GrpcContainerRuntime} and {@link
 * dev.caravel.cri.grpc.GrpcImageService} join the two. No other package sees a protobuf type.
 */
@NullMarked
package dev.caravel.cri.grpc;

import org.jspecify.annotations.NullMarked;
