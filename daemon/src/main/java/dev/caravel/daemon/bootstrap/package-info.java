/**
 * How a node comes to be who it is: kubelet.conf, bootstrap credentials and rotated certificates
 * put together into the identity its API clients use. Decisions are in {@code cert}; this is the
 * order.
 */
@NullMarked
package dev.caravel.daemon.bootstrap;

import org.jspecify.annotations.NullMarked;
