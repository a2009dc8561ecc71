/**
 * What keeps a process running well: clocks, named threads, back-off, rate limits, sd_notify,\n *
 * signals, exit.
 */
@NullMarked
package dev.caravel.daemon.run;

import org.jspecify.annotations.NullMarked;
