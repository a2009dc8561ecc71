/** caravel, the operator's command. */
@NullMarked
package dev.caravel.ctl;

import org.jspecify.annotations.NullMarked;
