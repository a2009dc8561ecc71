package dev.caravel.proxy.table;

/**
 * One port of a Service.
 *
 * @param name empty for the only port of a Service
 * @param nodePort 0 for none
 */
public record ServicePort(String name, Protocol protocol, int port, int nodePort) {}
