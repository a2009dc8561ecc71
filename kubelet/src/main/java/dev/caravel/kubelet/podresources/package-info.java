/** Who has which devices, for monitoring agents: the pod-resources API (contract §3.5, §8.3). */
@NullMarked
package dev.caravel.kubelet.podresources;

import org.jspecify.annotations.NullMarked;
