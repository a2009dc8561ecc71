/**
 * A small HTTP/1.1 server over TCP and TLS. Connections come in, each request goes to a blocking\n
 * * {@link dev.caravel.daemon.http.HttpHandler} on its own virtual thread; upgraded connections
 * become a\n * raw {@link dev.caravel.daemon.http.Duplex}. Knows no Kubernetes.
 */
@NullMarked
package dev.caravel.daemon.http;

import org.jspecify.annotations.NullMarked;
