package dev.caravel.config.kubelet;

import java.util.OptionalLong;

/**
 * Sizes of the pods' user namespaces.
 *
 * @param idsPerPod user and group ids mapped for each pod; empty means 65536
 */
public record UserNamespaces(OptionalLong idsPerPod) {}
