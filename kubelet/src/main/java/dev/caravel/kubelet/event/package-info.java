/**
 * Kubernetes events as values: what happened to a pod or the node, in upstream's words. Recording
 * them (correlation, rate, API calls) is the business of the sink's implementation.
 */
@NullMarked
package dev.caravel.kubelet.event;

import org.jspecify.annotations.NullMarked;
