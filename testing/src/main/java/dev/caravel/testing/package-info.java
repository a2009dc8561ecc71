/** Network namespaces and other kernel parts for tests; also used by the tests of other modules. */
@NullMarked
package dev.caravel.testing;

import org.jspecify.annotations.NullMarked;
