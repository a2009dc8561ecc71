/**
 * A small D-Bus client: values and messages as the specification lays them out on the wire, a
 * connection that calls and waits, and what the kubelet asks of systemd and logind. Strict in what
 * it reads: a message that is not as specified ends the connection.
 */
@NullMarked
package dev.caravel.linux.dbus;

import org.jspecify.annotations.NullMarked;
