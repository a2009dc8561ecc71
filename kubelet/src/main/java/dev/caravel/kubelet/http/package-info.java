/**
 * HTTP requests to containers, for probes and lifecycle hooks: one at a time, no proxy, no
 * keep-alive, any certificate. What an answer means is the caller's business.
 */
@NullMarked
package dev.caravel.kubelet.http;

import org.jspecify.annotations.NullMarked;
