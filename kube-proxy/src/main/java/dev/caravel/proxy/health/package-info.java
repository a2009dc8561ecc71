/**
 * What load balancers and probes ask: is the proxy well, may the node get traffic, how many
 * endpoints of a service are here. Answers are computed from what the sync loops report; nothing
 * here looks at the kernel.
 */
@NullMarked
package dev.caravel.proxy.health;

import org.jspecify.annotations.NullMarked;
