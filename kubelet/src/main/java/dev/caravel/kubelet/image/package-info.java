/**
 * Sees to it that the image of a container is on the node and that the pod may use it (contract
 * 5.4, 5.5): pull policy, credentials from secrets, files and plugins, back-off, gates and rate,
 * and the records of who may use a pulled image. Only this package asks the runtime to pull.
 */
@NullMarked
package dev.caravel.kubelet.image;

import org.jspecify.annotations.NullMarked;
