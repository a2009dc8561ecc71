/**
 * What a pod's containers see of the network's names: host name, hosts file, resolver settings, and
 * the order of the pod's addresses (contract 5.13). Pure except for reading the node's own files.
 */
@NullMarked
package dev.caravel.kubelet.network;

import org.jspecify.annotations.NullMarked;
