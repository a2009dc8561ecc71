/**
 * Facts about the machine and its processes from /proc, /sys and /etc: text comes in, records go
 * out. Needs no native library.
 */
@NullMarked
package dev.caravel.linux.proc;

import org.jspecify.annotations.NullMarked;
