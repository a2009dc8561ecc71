/**
 * IP addresses and prefixes as small values: parsed from text without any name look-up, compared
 * and printed as Go prints them. Nothing here talks to the network.
 */
@NullMarked
package dev.caravel.linux.ip;

import org.jspecify.annotations.NullMarked;
