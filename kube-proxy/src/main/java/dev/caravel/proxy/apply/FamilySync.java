package dev.caravel.proxy.apply;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.compile.FrontendClaims;
import dev.caravel.proxy.conntrack.ConntrackReconciler;
import dev.caravel.proxy.health.ProxyHealth;
import dev.caravel.proxy.health.ServiceHealth;
import dev.caravel.proxy.metrics.ProxyMetrics;
import dev.caravel.proxy.table.EndpointChoice;
import dev.caravel.proxy.table.NodeFacts;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.proxy.table.ServiceView;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One synchronization of one address family from beginning to end: rules, then what depends on
 * their being there. Runs on the thread of its {@link SyncLoop}.
 */
public final class FamilySync implements SyncLoop.Task {
    private static final Logger log = LoggerFactory.getLogger(FamilySync.class);

    /**
     * Who is told and asked.
     *
     * @param conntrack empty where stale connections are nobody's business
     * @param conflicts told after each synchronization who wants what another service has
     */
    public record Surroundings(
            Optional<ConntrackReconciler> conntrack,
            ServiceHealth serviceHealth,
            ProxyHealth health,
            ProxyMetrics metrics,
            Consumer<List<FrontendClaims.Conflict>> conflicts,
            NodePortSource nodePorts,
            Supplier<NodeFacts> node,
            Ticks ticks) {}

    private final IpFamily family;
    private final ServiceTable table;
    private final Dataplane dataplane;
    private final Surroundings around;
    private final LocalPolicyGaps gaps = new LocalPolicyGaps();
    private final List<Instant> unprogrammed = new ArrayList<>();
    private final Set<ServiceKey> unreconciled = new HashSet<>();
    private final Instant started;
    private volatile List<IpPrefix> serviceCidrs = List.of();
    private long seenForeignChanges;

    /** A family that has not been synchronized yet. */
    public FamilySync(
            IpFamily family, ServiceTable table, Dataplane dataplane, Surroundings around) {
        this.family = family;
        this.table = table;
        this.dataplane = dataplane;
        this.around = around;
        this.started = around.ticks.now();
    }

    /** Where cluster addresses are given from; used from the next synchronization on. */
    public void serviceCidrs(List<IpPrefix> cidrs) {
        serviceCidrs = List.copyOf(cidrs);
    }

    @Override
    public void sync(boolean full) throws IOException {
        ServiceTable.Changes changes = table.takeChanges();
        around.metrics.changes(changes.serviceChanges(), changes.endpointChanges());
        unprogrammed.addAll(changes.triggers());
        unreconciled.addAll(changes.services());
        long begin = around.ticks.nanos();
        log.atInfo()
                .setMessage("Syncing " + dataplane.name() + " rules")
                .addKeyValue("ipFamily", family)
                .addKeyValue("fullSync", full)
                .log();
        SyncOutcome outcome;
        try {
            outcome = program(changes.services(), full);
        } catch (IOException | RuntimeException e) {
            around.metrics.mode().failed(family, full);
            throw e;
        } finally {
            around.metrics.synced(family, full, since(begin));
        }
        log.atInfo()
                .setMessage("SyncProxyRules complete")
                .addKeyValue("ipFamily", family)
                .addKeyValue("elapsed", since(begin))
                .addKeyValue("steps", outcome.steps())
                .addKeyValue("numServices", outcome.services())
                .log();
        around.metrics.succeeded(family, around.ticks.now());
        dataplane
                .rules()
                .forEach((where, total) ->
                        around.metrics
                                .mode()
                                .rules(
                                        family,
                                        where,
                                        total,
                                        outcome.written().getOrDefault(where, 0)));
        around.health.updated(family);
        programmed();
        report(full ? table.keys() : changes.services());
        around.conflicts.accept(dataplane.conflicts());
        reconcile();
    }

    private Duration since(long begin) {
        return Duration.ofNanos(around.ticks.nanos() - begin);
    }

    private SyncOutcome program(Set<ServiceKey> dirty, boolean full) throws IOException {
        sweep();
        dataplane.serviceCidrs(serviceCidrs);
        NodeFacts node = around.node.get();
        if (full) {
            dataplane.nodePorts(around.nodePorts.read());
            List<ServiceView> views = new ArrayList<>(table.size());
            table.keys().forEach(key -> table.view(key, node).ifPresent(views::add));
            SyncOutcome outcome = dataplane.converge(views);
            seenForeignChanges = dataplane.foreignChanges();
            return outcome;
        }
        return dataplane.update(dirty, key -> table.view(key, node));
    }

    /** Latency from the change in the cluster to the rule, as upstream measures it. */
    private void programmed() {
        Instant now = around.ticks.now();
        for (Instant trigger : unprogrammed) {
            if (trigger.isAfter(started)) {
                around.metrics.programmed(family, Duration.between(trigger, now));
            }
        }
        unprogrammed.clear();
    }

    /** Health check ports and the count of local policies without endpoints. */
    private void report(Iterable<ServiceKey> services) {
        NodeFacts node = around.node.get();
        for (ServiceKey key : services) {
            Optional<ServiceView> view = table.view(key, node);
            gaps.update(key, view);
            Optional<ServiceHealth.Report> report =
                    view.map(v -> v.service().healthCheckNodePort())
                            .filter(port -> port != 0)
                            .map(port ->
                                    new ServiceHealth.Report(
                                            port,
                                            EndpointChoice.localReadyAddresses(table.slices(key))));
            around.serviceHealth.report(family, key, report);
        }
        around.serviceHealth.retry();
        around.metrics.noLocalEndpoints(family, gaps.internal(), gaps.external());
    }

    private void reconcile() {
        if (around.conntrack.isEmpty()) {
            unreconciled.clear();
            return;
        }
        long begin = around.ticks.nanos();
        try {
            around.conntrack
                    .get()
                    .reconcile(unreconciled, table, dataplane::holder)
                    .ifPresent(n -> around.metrics.conntrack().searched(family, n, since(begin)));
            unreconciled.clear();
        } catch (IOException e) {
            // The rules are right; the services stay on the list for the next time.
            log.atError()
                    .setMessage("Looking for stale connections failed. Trying again at next sync")
                    .addKeyValue("ipFamily", family)
                    .setCause(e)
                    .log();
        }
    }

    private void sweep() {
        if (!dataplane.hasGarbage()) {
            return;
        }
        try {
            dataplane.sweep();
        } catch (IOException e) {
            around.metrics.mode().cleanupFailed(family);
            log.atWarn()
                    .setMessage("Unable to delete stale chains. The next full sync tries again")
                    .addKeyValue("ipFamily", family)
                    .setCause(e)
                    .log();
        }
    }

    @Override
    public boolean check() {
        sweep();
        try {
            dataplane.nodePorts(around.nodePorts.read());
            long foreign = dataplane.foreignChanges();
            if (foreign != seenForeignChanges) {
                seenForeignChanges = foreign;
                int steps = dataplane.audit();
                if (steps > 0) {
                    around.metrics.repaired(family);
                    log.atWarn()
                            .setMessage("Somebody changed our rules in the kernel. Repaired them")
                            .addKeyValue("ipFamily", family)
                            .addKeyValue("steps", steps)
                            .log();
                }
            }
            return false;
        } catch (IOException e) {
            log.atError()
                    .setMessage("Checking the rules in the kernel failed. Comparing all next")
                    .addKeyValue("ipFamily", family)
                    .setCause(e)
                    .log();
            return true;
        }
    }
}
