/**
 * The kubelet put together: reads the configuration, opens the ways to runtime, kernel and API
 * server, builds the parts and ends them in order. Decides nothing about pods.
 */
@NullMarked
package dev.caravel.kubelet.agent;

import org.jspecify.annotations.NullMarked;
