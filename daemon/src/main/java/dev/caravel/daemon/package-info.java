/**
 * What both daemons share while running: logging, health and metrics server, API client,
 * certificates, sd_notify.
 */
@NullMarked
package dev.caravel.daemon;

import org.jspecify.annotations.NullMarked;
