/**
 * Netlink: sockets, message framing, attributes, acknowledgements and dumps. Bytes in, bytes out;
 * the sub-packages know what the messages mean. One socket belongs to one thread at a time.
 */
@NullMarked
package dev.caravel.linux.netlink;

import org.jspecify.annotations.NullMarked;
