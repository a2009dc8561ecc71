/** The kernel's named packet counters (nfacct), which iptables rules can count into. */
@NullMarked
package dev.caravel.linux.netlink.accounting;

import org.jspecify.annotations.NullMarked;
