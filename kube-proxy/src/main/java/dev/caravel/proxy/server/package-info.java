/** The process: what starts in which order, what listens where, and what ends it. */
@NullMarked
package dev.caravel.proxy.server;

import org.jspecify.annotations.NullMarked;
