/**
 * The kernel made to hold what the table wants: changes are gathered, become one transaction, and
 * only when the kernel has taken it is it believed to hold it. From time to time the kernel is read
 * back, compared and repaired.
 */
@NullMarked
package dev.caravel.proxy.apply;

import org.jspecify.annotations.NullMarked;
