@NullMarked
package dev.caravel.kubelet.desired;

import org.jspecify.annotations.NullMarked;
