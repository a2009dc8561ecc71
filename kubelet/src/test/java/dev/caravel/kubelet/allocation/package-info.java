@NullMarked
package dev.caravel.kubelet.allocation;

import org.jspecify.annotations.NullMarked;
