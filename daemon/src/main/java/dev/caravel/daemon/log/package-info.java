/**
 * Logging set up in code: slf4j and logback below, klog text or component-base JSON lines out,
 * with\n * journald priorities, size-rotated files and live verbosity. Reads no configuration file.
 */
@NullMarked
package dev.caravel.daemon.log;

import org.jspecify.annotations.NullMarked;
