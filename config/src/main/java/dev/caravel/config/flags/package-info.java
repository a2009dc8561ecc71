/**
 * Command lines by pflag's rules: {@code --x=y}, {@code --x y}, {@code -v2}, underscores as dashes,
 * repeated lists and maps. Parsing has no effects; what the flags mean is the caller's.
 */
@NullMarked
package dev.caravel.config.flags;

import org.jspecify.annotations.NullMarked;
