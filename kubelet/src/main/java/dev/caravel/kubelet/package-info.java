/**
 * The node agent: composition root and process entry. Everything else lives in the packages below,
 * which follow a pod's way: {@code source → desired → worker → plan → effect → observe → status}.
 */
@NullMarked
package dev.caravel.kubelet;

import org.jspecify.annotations.NullMarked;
