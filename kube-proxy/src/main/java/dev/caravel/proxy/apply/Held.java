package dev.caravel.proxy.apply;

import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.table.ServiceView;
import java.util.Set;

/**
 * What the kernel holds for one service, as the input its rules were made from.
 *
 * @param denied frontends that belong to another service
 */
record Held(ServiceView view, Set<Frontend> denied) {}
