/**
 * What any runtime must do, written once and run against a private containerd and against the fake,
 * so that the fake the kubelet is tested with cannot drift from the real one.
 */
@NullMarked
package dev.caravel.cri.contract;

import org.jspecify.annotations.NullMarked;
