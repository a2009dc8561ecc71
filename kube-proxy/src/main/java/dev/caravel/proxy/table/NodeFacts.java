package dev.caravel.proxy.table;

/**
 * What the choice of endpoints needs to know about this node.
 *
 * @param name of the Node object
 * @param zone label {@code topology.kubernetes.io/zone}, empty when missing
 */
public record NodeFacts(String name, String zone) {}
