/**
 * The product as users run it, {@code out/bin}, against a real API server, containerd and kernel;
 * and the rules of the house over the whole tree. A test skips, saying why, where the machine lacks
 * something.
 */
@NullMarked
package dev.caravel.e2e;

import org.jspecify.annotations.NullMarked;
