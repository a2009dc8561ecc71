/**
 * The iptables mode: Go's chains and rules, as {@code iptables-save} shows them, written the way
 * iptables-nft stores them. Nothing but what that program understands may be used here.
 */
@NullMarked
package dev.caravel.proxy.iptables;

import org.jspecify.annotations.NullMarked;
