/** Packets through what the proxy put into a kernel: the dataplane as clients see it. */
@NullMarked
package dev.caravel.proxy.packet;

import org.jspecify.annotations.NullMarked;
