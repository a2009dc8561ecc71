/** The kernel through JNR-FFI, /proc and /sys: system calls, mounts, cgroups, netlink. */
@NullMarked
package dev.caravel.linux;

import org.jspecify.annotations.NullMarked;
