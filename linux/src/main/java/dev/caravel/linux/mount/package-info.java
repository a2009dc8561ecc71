/**
 * The mount table: reading it ({@link dev.caravel.linux.mount.MountTable}) and changing it ({@link
 * dev.caravel.linux.mount.Mounts}). Nothing here unmounts lazily or by force: what is busy stays
 * mounted and is reported.
 */
@NullMarked
package dev.caravel.linux.mount;

import org.jspecify.annotations.NullMarked;
