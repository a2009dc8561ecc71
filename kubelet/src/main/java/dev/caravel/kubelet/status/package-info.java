/**
 * The way of a pod's status to the API server: what a worker computed comes in, a patch of exactly
 * what differs goes out. Rules are pure ({@code StatusTransitions}, {@code StatusMerge}, {@code
 * StatusPatch}); {@code StatusPublisher} is the only one that talks.
 */
@NullMarked
package dev.caravel.kubelet.status;

import org.jspecify.annotations.NullMarked;
