/**
 * Keeps the logs of running containers within their bounds: a log that reaches the limit is renamed
 * and opened anew by the runtime, older ones are compressed, the oldest removed (contract §9.7).
 */
@NullMarked
package dev.caravel.kubelet.logs;

import org.jspecify.annotations.NullMarked;
