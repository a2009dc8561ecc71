/**
 * What both kinds of configuration document share: reading a file, filling in defaults, the logging
 * section, gathering violations of rules.
 */
@NullMarked
package dev.caravel.config.document;

import org.jspecify.annotations.NullMarked;
