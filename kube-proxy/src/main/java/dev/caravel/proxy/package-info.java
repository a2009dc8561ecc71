/** The service dataplane. */
@NullMarked
package dev.caravel.proxy;

import org.jspecify.annotations.NullMarked;
