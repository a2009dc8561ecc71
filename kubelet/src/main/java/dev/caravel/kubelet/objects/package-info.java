/**
 * What pods refer to in the API server: config maps, secrets, services, service accounts.
 * Interfaces and compact records only; the watches behind them live elsewhere.
 */
@NullMarked
package dev.caravel.kubelet.objects;

import org.jspecify.annotations.NullMarked;
