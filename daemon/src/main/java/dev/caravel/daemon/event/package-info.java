/** Kubernetes events: correlated as client-go does, sent from a bounded queue, never blocking. */
@NullMarked
package dev.caravel.daemon.event;

import org.jspecify.annotations.NullMarked;
