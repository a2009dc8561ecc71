/**
 * Files where the usual ways are not safe enough: state that must survive a crash ({@link
 * dev.caravel.linux.fs.AtomicFiles}), folders and files a container can write ({@link
 * dev.caravel.linux.fs.SafeFiles}, {@link dev.caravel.linux.fs.DirectoryTree}), and changes as they
 * happen ({@link dev.caravel.linux.fs.FileWatch}).
 */
@NullMarked
package dev.caravel.linux.fs;

import org.jspecify.annotations.NullMarked;
