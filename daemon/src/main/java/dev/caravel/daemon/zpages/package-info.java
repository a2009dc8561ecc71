/**
 * The pages of a component about itself, KEP-4827 (statusz) and KEP-4828 (flagz): text for people,
 * versioned objects for programs that ask for one.
 */
@NullMarked
package dev.caravel.daemon.zpages;

import org.jspecify.annotations.NullMarked;
