/**
 * The system calls themselves, one small class a topic (files, mounts, processes, limits, inotify,
 * datagrams). Arguments come in as Java values, failures leave as {@link
 * dev.caravel.linux.sys.SystemCallException}. The native library is loaded on the first call, so a
 * program that only prints its version never touches it. No policy lives here.
 */
@NullMarked
package dev.caravel.linux.sys;

import org.jspecify.annotations.NullMarked;
