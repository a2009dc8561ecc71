/**
 * The environment of a container (contract 5.12): values from the spec, from config maps and
 * secrets, from the pod itself (downward API), from services and from files in volumes. Values are
 * bytes, since a secret may hold any.
 */
@NullMarked
package dev.caravel.kubelet.env;

import org.jspecify.annotations.NullMarked;
