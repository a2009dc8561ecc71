/**
 * What the proxy must know about the machine it runs on and the Node object that stands for it:
 * addresses, ranges, kernel parameters. Decisions take plain values; effects are one file each.
 */
@NullMarked
package dev.caravel.proxy.node;

import org.jspecify.annotations.NullMarked;
