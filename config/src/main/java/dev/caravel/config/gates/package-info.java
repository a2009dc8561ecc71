/**
 * Feature gates: every name Kubernetes 1.37 knows, its state, and the values in effect. A gate
 * unknown here is a start failure, so gates of other components are listed too.
 */
@NullMarked
package dev.caravel.config.gates;

import org.jspecify.annotations.NullMarked;
