/**
 * The kubelet's HTTPS API: who asks, whether they may, and what they get (contract §3). Reads what
 * other parts hold; changes nothing but through the runtime.
 */
@NullMarked
package dev.caravel.kubelet.server;

import org.jspecify.annotations.NullMarked;
