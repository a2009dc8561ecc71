/** What rtnetlink says about this host's interfaces. Read only. */
@NullMarked
package dev.caravel.linux.netlink.route;

import org.jspecify.annotations.NullMarked;
