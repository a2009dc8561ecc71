package dev.caravel.kubelet.allocation;

/**
 * A running container that is to get other amounts.
 *
 * @param name in the pod
 * @param id in the runtime
 * @param from what it has
 * @param to what it is to have
 */
public record ContainerResize(String name, String id, Amounts from, Amounts to) {}
