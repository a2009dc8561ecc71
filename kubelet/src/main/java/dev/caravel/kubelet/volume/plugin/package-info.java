/** One class a kind of volume; each makes it ready, keeps it fresh and takes it away. */
@NullMarked
package dev.caravel.kubelet.volume.plugin;

import org.jspecify.annotations.NullMarked;
