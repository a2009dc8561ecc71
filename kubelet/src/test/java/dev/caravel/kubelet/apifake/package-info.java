/** An API server for tests: small, in memory, and as strict as the real one about what we send. */
@NullMarked
package dev.caravel.kubelet.apifake;

import org.jspecify.annotations.NullMarked;
