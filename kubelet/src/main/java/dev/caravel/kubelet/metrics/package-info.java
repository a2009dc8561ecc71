/**
 * What the kubelet counts, under upstream's names (contract §9): each class hears of one matter and
 * declares its families.
 */
@NullMarked
package dev.caravel.kubelet.metrics;

import org.jspecify.annotations.NullMarked;
