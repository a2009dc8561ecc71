/**
 * From API objects to compact entries, as they come in. Whole objects are never kept. Invalid parts
 * are left out with a log line; they harm nothing else.
 */
@NullMarked
package dev.caravel.proxy.watch;

import org.jspecify.annotations.NullMarked;
