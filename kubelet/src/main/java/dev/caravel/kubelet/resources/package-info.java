/**
 * Resource arithmetic: what a pod requests and is limited to, its quality-of-service class, and the
 * kernel's numbers that follow. Pure functions over pods and node facts (contract 4.6, 8.1).
 */
@NullMarked
package dev.caravel.kubelet.resources;

import org.jspecify.annotations.NullMarked;
