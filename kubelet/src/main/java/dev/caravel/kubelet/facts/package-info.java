/**
 * What this node is, as one immutable value: the facts that pod building, admission and status
 * need. Made once from configuration, runtime answers and the machine; replaced as a whole when one
 * of them changes. No I/O.
 */
@NullMarked
package dev.caravel.kubelet.facts;

import org.jspecify.annotations.NullMarked;
