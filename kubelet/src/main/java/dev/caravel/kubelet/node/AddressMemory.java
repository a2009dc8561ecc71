package dev.caravel.kubelet.node;

import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the node's addresses and remembers the choice as long as it plainly still holds: listing
 * interfaces and asking the resolver every ten seconds would cost more than the rest of the status.
 */
final class AddressMemory {
    private static final Logger log = LoggerFactory.getLogger(AddressMemory.class);

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final NodeIdentity identity;
    private final NodeAddresses.HostNetwork host;
    private final Ticks ticks;
    private Optional<List<NodeAddress>> chosen = Optional.empty();
    private long chosenAt;
    private String lastFailure = "";

    AddressMemory(NodeIdentity identity, NodeAddresses.HostNetwork host, Ticks ticks) {
        this.identity = identity;
        this.host = host;
        this.ticks = ticks;
    }

    /**
     * The addresses to show; empty to leave what the API shows.
     *
     * @param existing whether the API shows any
     */
    synchronized Optional<List<NodeAddress>> addresses(boolean existing) {
        if (identity.externalCloud() && existing) {
            return Optional.empty();
        }
        boolean fresh = ticks.nanos() - chosenAt < LONGEST.toNanos();
        if (fresh && chosen.filter(AddressMemory::stillHere).isPresent()) {
            return chosen;
        }
        switch (NodeAddresses.choose(identity, existing, host)) {
            case NodeAddresses.Choice.Chosen c -> {
                chosen = Optional.of(c.addresses());
                chosenAt = ticks.nanos();
                lastFailure = "";
            }
            case NodeAddresses.Choice.LeftToCloud _ -> chosen = Optional.empty();
            case NodeAddresses.Choice.Failed f -> {
                chosen = Optional.empty();
                if (!f.why().equals(lastFailure)) {
                    log.error("Node addresses cannot be determined: {}", f.why());
                    lastFailure = f.why();
                }
            }
        }
        return chosen;
    }

    private static boolean stillHere(List<NodeAddress> addresses) {
        return addresses.stream()
                .filter(a -> a.getType().equals("InternalIP"))
                .allMatch(a -> SystemNetwork.isLocal(InetAddress.ofLiteral(a.getAddress())));
    }
}
