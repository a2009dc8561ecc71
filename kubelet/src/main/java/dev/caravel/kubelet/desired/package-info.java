/**
 * What should run here: the newest pod per UID from each source, and whose turn it is when two
 * lives of one static pod meet. Sources write, workers read; no I/O.
 */
@NullMarked
package dev.caravel.kubelet.desired;

import org.jspecify.annotations.NullMarked;
