@NullMarked
package dev.caravel.kubelet.status;

import org.jspecify.annotations.NullMarked;
