/**
 * Configuration documents as trees that remember where each value was written: read from YAML or
 * JSON, merged, overlaid with flags, decoded field by field, written again.
 */
@NullMarked
package dev.caravel.config.tree;

import org.jspecify.annotations.NullMarked;
