@NullMarked
package dev.caravel.kubelet.evict;

import org.jspecify.annotations.NullMarked;
