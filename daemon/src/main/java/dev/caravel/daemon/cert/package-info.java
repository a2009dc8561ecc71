/**
 * Certificates of the node: bootstrap, rotation and serving pairs. Decisions are pure; one class\n
 * * writes the files.
 */
@NullMarked
package dev.caravel.daemon.cert;

import org.jspecify.annotations.NullMarked;
