/** CNI specification 1.1: find, validate and run plugin chains. */
@NullMarked
package dev.caravel.cni;

import org.jspecify.annotations.NullMarked;
