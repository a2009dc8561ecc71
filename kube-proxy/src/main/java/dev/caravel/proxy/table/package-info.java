/**
 * What the cluster wants, in compact form: one entry a Service, one an EndpointSlice, and the
 * choice of the endpoints a packet may take. Comes in from the watches, goes out as a {@link
 * dev.caravel.proxy.table.ServiceView} a service. No kernel, no clock.
 */
@NullMarked
package dev.caravel.proxy.table;

import org.jspecify.annotations.NullMarked;
