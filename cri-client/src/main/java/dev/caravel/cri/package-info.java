/**
 * The container runtime as the kubelet uses it: {@link dev.caravel.cri.ContainerRuntime} and {@link
 * dev.caravel.cri.ImageService} are all of CRI v1 for Linux as blocking calls, and the records here
 * are all they speak. {@link dev.caravel.cri.grpc} is the way to a real runtime.
 */
@NullMarked
package dev.caravel.cri;

import org.jspecify.annotations.NullMarked;
