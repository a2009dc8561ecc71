/**
 * The API server: kubeconfig in, typed and raw requests, watches and patches out. Transports are\n
 * * exchanged below the callers when certificates rotate or a connection dies.
 */
@NullMarked
package dev.caravel.daemon.api;

import org.jspecify.annotations.NullMarked;
