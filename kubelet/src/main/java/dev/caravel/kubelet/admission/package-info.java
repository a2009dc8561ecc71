/**
 * Whether this node takes a pod (contract 5.10). Pure rules over the pod, the node and the pods
 * that are here already; the first rule that fails names the reason of the pod's status.
 */
@NullMarked
package dev.caravel.kubelet.admission;

import org.jspecify.annotations.NullMarked;
