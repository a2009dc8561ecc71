package dev.caravel.proxy.iptables;

import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.table.ServiceView;
import java.util.Set;

/**
 * All that the rules of a service are made from.
 *
 * @param denied frontends that belong to another service
 */
record Wanted(ServiceView view, Set<Frontend> denied) {}
