/**
 * From wishes to rules: one service in, its chains, sets and map elements out, and the steps that
 * lead from the rules before to the rules after. Everything here is pure: it sees one service at a
 * time, no socket, no clock.
 */
@NullMarked
package dev.caravel.proxy.compile;

import org.jspecify.annotations.NullMarked;
