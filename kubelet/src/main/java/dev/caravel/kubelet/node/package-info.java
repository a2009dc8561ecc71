/**
 * The Node object: what is known of this machine goes in, registration, status patches, heartbeats
 * and node events come out. {@code NodeObject} and the classes it calls are pure; the loops decide
 * nothing but when to look.
 */
@NullMarked
package dev.caravel.kubelet.node;

import org.jspecify.annotations.NullMarked;
