@NullMarked
package dev.caravel.kubelet.node;

import org.jspecify.annotations.NullMarked;
