/**
 * UDP flows that the kernel still sends to endpoints that are gone. Which ones those are is decided
 * without looking at the kernel; one class reads the connection table and deletes.
 */
@NullMarked
package dev.caravel.proxy.conntrack;

import org.jspecify.annotations.NullMarked;
