package dev.caravel.proxy.conntrack;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.conntrack.Conntrack;
import dev.caravel.linux.netlink.conntrack.ConntrackEntry;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.compile.NftCompiler;
import dev.caravel.proxy.table.EndpointChoice;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServicePort;
import dev.caravel.proxy.table.ServiceTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes UDP flows to endpoints that no longer serve, after the rules have changed. Remembers the
 * UDP frontends of each service, so that it notices when one goes. Belongs to the thread of its
 * family's {@code SyncLoop}.
 */
public final class ConntrackReconciler {
    private static final Logger log = LoggerFactory.getLogger(ConntrackReconciler.class);

    /** Reads the addresses node ports can be reached at. */
    @FunctionalInterface
    public interface NodeAddresses {
        /** The addresses of this host now. */
        Set<IpAddress> read() throws IOException;
    }

    private final IpFamily family;
    private final Conntrack conntrack;
    private final NodeAddresses nodeAddresses;
    private final NftCompiler frontends;
    private final Map<ServiceKey, Set<Frontend>> known = new HashMap<>();

    /** A reconciler that knows no service yet. */
    public ConntrackReconciler(
            IpFamily family,
            Conntrack conntrack,
            NodeAddresses nodeAddresses,
            NftCompiler frontends) {
        this.family = family;
        this.conntrack = conntrack;
        this.nodeAddresses = nodeAddresses;
        this.frontends = frontends;
    }

    /**
     * Deletes what the changed services no longer serve.
     *
     * @param changed services whose Service or endpoints have changed
     * @param holder who answers at an address and port that several services may want
     * @return number of flows deleted; empty when no UDP service was among them
     */
    public Optional<Integer> reconcile(
            Set<ServiceKey> changed,
            ServiceTable table,
            Function<Frontend, Optional<ServiceKey>> holder)
            throws IOException {
        Map<ServiceKey, Set<Frontend>> before = new HashMap<>();
        Map<ServiceKey, Set<Frontend>> after = new HashMap<>();
        for (ServiceKey key : changed) {
            Set<Frontend> old = known.getOrDefault(key, Set.of());
            Set<Frontend> now = table.service(key).map(this::udp).orElse(Set.of());
            if (!old.isEmpty() || !now.isEmpty()) {
                before.put(key, old);
                after.put(key, now);
            }
        }
        if (after.isEmpty()) {
            return Optional.empty();
        }
        UdpExpectations expected = new UdpExpectations(family, nodeAddresses.read());
        Set<Frontend> concerned = new HashSet<>();
        before.values().forEach(concerned::addAll);
        after.values().forEach(concerned::addAll);
        for (Frontend frontend : concerned) {
            holder.apply(frontend)
                    .flatMap(table::service)
                    .ifPresentOrElse(
                            service -> expect(frontend, service, table, expected),
                            () -> expected.gone(frontend));
        }
        List<ConntrackEntry> stale =
                conntrack.entries(family, Protocol.UDP.number(), expected::stale);
        int deleted = stale.isEmpty() ? 0 : delete(stale);
        after.forEach((key, now) -> {
            if (now.isEmpty()) {
                known.remove(key);
            } else {
                known.put(key, now);
            }
        });
        return Optional.of(deleted);
    }

    private int delete(List<ConntrackEntry> stale) throws IOException {
        Conntrack.Deleted deleted = conntrack.delete(stale);
        log.atInfo()
                .setMessage("Deleted stale conntrack entries")
                .addKeyValue("ipFamily", family)
                .addKeyValue("entriesDeleted", deleted.gone())
                .log();
        if (deleted.refused() > 0) {
            throw new IOException(
                    "delete "
                            + stale.size()
                            + " stale "
                            + family
                            + " conntrack entries: kernel refused "
                            + deleted.refused()
                            + "; they are looked at again when their service changes");
        }
        return deleted.gone();
    }

    private Set<Frontend> udp(ServiceEntry service) {
        Set<Frontend> all = new HashSet<>();
        for (Frontend frontend : frontends.frontends(service)) {
            if (frontend.protocol() == Protocol.UDP) {
                all.add(frontend);
            }
        }
        return all;
    }

    /** The flows go where the service that answers there sends them, whoever else wants it. */
    private void expect(
            Frontend frontend, ServiceEntry service, ServiceTable table, UdpExpectations expected) {
        for (ServicePort port : service.ports()) {
            if (frontends.frontends(service, port).contains(frontend)) {
                expected.serves(
                        frontend, EndpointChoice.serving(port, table.slices(service.key())));
                return;
            }
        }
        expected.gone(frontend);
    }
}
