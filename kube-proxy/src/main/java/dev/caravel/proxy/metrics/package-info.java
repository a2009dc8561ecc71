/** The proxy's own metrics under upstream's names (kube-proxy.md §9.4), declared in one place. */
@NullMarked
package dev.caravel.proxy.metrics;

import org.jspecify.annotations.NullMarked;
