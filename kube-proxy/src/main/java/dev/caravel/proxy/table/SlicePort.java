package dev.caravel.proxy.table;

/** One port of an EndpointSlice; the name ties it to the Service's port. */
public record SlicePort(String name, Protocol protocol, int port) {}
