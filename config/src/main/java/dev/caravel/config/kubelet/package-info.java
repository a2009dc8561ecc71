/**
 * The kubelet's configuration: flags, the KubeletConfiguration file with its drop-ins, defaults and
 * validation. {@code KubeletSettings} is the only door.
 */
@NullMarked
package dev.caravel.config.kubelet;

import org.jspecify.annotations.NullMarked;
