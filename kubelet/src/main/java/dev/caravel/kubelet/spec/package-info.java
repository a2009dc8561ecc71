/**
 * Turns a pod and the node's facts into the messages the container runtime takes (contract 4.4 to
 * 4.6). Pure: what must be read or created beforehand comes in as a value; what cannot be built is
 * a {@link ContainerConfigException} that names the reason of the pod's status.
 */
@NullMarked
package dev.caravel.kubelet.spec;

import org.jspecify.annotations.NullMarked;
