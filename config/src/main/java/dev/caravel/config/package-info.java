/**
 * KubeletConfiguration and KubeProxyConfiguration: fields, defaults, validation, flags, drop-ins,
 * feature gates.
 */
@NullMarked
package dev.caravel.config;

import org.jspecify.annotations.NullMarked;
