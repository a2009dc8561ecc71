/**
 * The kernel's connection table: entries read by a dump, single entries deleted. What is wrong with
 * an entry is decided by the caller.
 */
@NullMarked
package dev.caravel.linux.netlink.conntrack;

import org.jspecify.annotations.NullMarked;
