package dev.caravel.kubelet.node;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's heartbeat: renews {@code kube-node-lease/<node>} every quarter of its duration
 * (contract §6.3). The lease outlives the process, so that a restart does not look like a failure.
 */
public final class LeaseLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseLoop.class);

    private static final String LEASES =
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final int TRIES = 5;
    private static final double JITTER = 0.04;
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(7);

    private final ApiRequests heartbeat;
    private final Settings settings;
    private final Supplier<Optional<String>> nodeUid;
    private final Runnable repeatedFailure;
    private final Ticks ticks;
    private @Nullable Lease latest;
    private @Nullable Thread thread;

    /**
     * What to renew.
     *
     * @param nodeName name of the node and of the lease
     * @param durationSeconds {@code nodeLeaseDurationSeconds}
     * @param random numbers from 0 to 1, for jitter
     */
    public record Settings(String nodeName, int durationSeconds, DoubleSupplier random) {}

    /**
     * @param heartbeat a client of its own, as for {@link NodeStatusLoop}
     * @param nodeUid UID of the Node, which owns the lease; no lease is made before it is known
     * @param repeatedFailure called when a second try in a row failed: drop the connections
     */
    public LeaseLoop(
            ApiRequests heartbeat,
            Settings settings,
            Supplier<Optional<String>> nodeUid,
            Runnable repeatedFailure,
            Ticks ticks) {
        this.heartbeat = heartbeat;
        this.settings = settings;
        this.nodeUid = nodeUid;
        this.repeatedFailure = repeatedFailure;
        this.ticks = ticks;
    }

    /** Starts renewing. */
    public void start() {
        thread = NamedThreads.start("node-lease", this::run);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        Duration retry = FIRST_RETRY;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (sync()) {
                    retry = FIRST_RETRY;
                    ticks.sleep(period());
                } else {
                    ticks.sleep(retry);
                    retry = retry.multipliedBy(2);
                    if (retry.compareTo(LONGEST_RETRY) > 0) {
                        retry = LONGEST_RETRY;
                    }
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration period() {
        Duration quarter = Duration.ofSeconds(settings.durationSeconds).dividedBy(4);
        return quarter.plusNanos(
                (long) (quarter.toNanos() * JITTER * settings.random.getAsDouble()));
    }

    /** Whether the lease is fresh now. */
    private boolean sync() throws InterruptedException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                if (latest == null) {
                    return obtain();
                }
                latest = heartbeat.update(Lease.class, path(), renewed(latest));
                return true;
            } catch (IOException failed) {
                // Whatever it was, start from what the server holds.
                latest = null;
                log.warn("Renew lease of node {}: {}", settings.nodeName, failed.getMessage());
                if (attempt > 0) {
                    repeatedFailure.run();
                }
            }
        }
        return false;
    }

    private boolean obtain() throws IOException, InterruptedException {
        try {
            Lease held = heartbeat.get(Lease.class, path());
            latest = heartbeat.update(Lease.class, path(), renewed(held));
            return true;
        } catch (ApiException refused) {
            if (!refused.notFound()) {
                throw refused;
            }
        }
        Optional<String> owner = nodeUid.get();
        if (owner.isEmpty()) {
            log.debug("Lease of node {} waits for the Node object", settings.nodeName);
            return false;
        }
        latest = heartbeat.create(Lease.class, LEASES, renewed(new Lease()));
        log.info("Lease of node {} created", settings.nodeName);
        return true;
    }

    private String path() {
        return LEASES + "/" + settings.nodeName;
    }

    private Lease renewed(Lease base) {
        ObjectMeta meta = base.getMetadata() == null ? new ObjectMeta() : base.getMetadata();
        meta.setName(settings.nodeName);
        meta.setNamespace("kube-node-lease");
        if (meta.getOwnerReferences().isEmpty()) {
            nodeUid.get().ifPresent(uid -> meta.setOwnerReferences(List.of(owner(uid))));
        }
        LeaseSpec spec = base.getSpec() == null ? new LeaseSpec() : base.getSpec();
        spec.setHolderIdentity(settings.nodeName);
        spec.setLeaseDurationSeconds(settings.durationSeconds);
        spec.setRenewTime(
                ZonedDateTime.ofInstant(ticks.now(), ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.MICROS));
        Lease lease = new Lease();
        lease.setMetadata(meta);
        lease.setSpec(spec);
        return lease;
    }

    private OwnerReference owner(String uid) {
        OwnerReference owner = new OwnerReference();
        owner.setApiVersion("v1");
        owner.setKind("Node");
        owner.setName(settings.nodeName);
        owner.setUid(uid);
        return owner;
    }
}
