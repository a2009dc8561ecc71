/**
 * Where desired pods come from: the API watch, manifest files, a manifest URL. Each source fills
 * the {@code PodStore} and decides nothing. Static pods get here what the API server would have
 * given them (defaults, validation) and a mirror pod that shows them to the cluster.
 */
@NullMarked
package dev.caravel.kubelet.source;

import org.jspecify.annotations.NullMarked;
