@NullMarked
package dev.caravel.kubelet.source;

import org.jspecify.annotations.NullMarked;
