/**
 * Prometheus metrics under exactly the names upstream publishes, and the handler that serves them.
 */
@NullMarked
package dev.caravel.daemon.metrics;

import org.jspecify.annotations.NullMarked;
