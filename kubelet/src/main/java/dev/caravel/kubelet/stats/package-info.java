/**
 * What the node, its pods and its containers use, read when somebody asks: {@code /stats/summary},
 * {@code /metrics/resource} and {@code /metrics/cadvisor} (contract §3.4, §9.4, §9.5). Nothing here
 * runs between two requests.
 */
@NullMarked
package dev.caravel.kubelet.stats;

import org.jspecify.annotations.NullMarked;
