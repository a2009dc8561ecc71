package dev.caravel.kubelet.node;

import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import dev.caravel.daemon.api.ResourceVersions;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the status of the Node object true (contract §6.3): computes it every period, sends it when
 * it says something new or was not sent for the reporting period. Until the node is ready for the
 * first time it looks ten times a second.
 */
public final class NodeStatusLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeStatusLoop.class);

    private static final int TRIES = 5;
    private static final double JITTER = 0.04;
    private static final Duration FAST_PERIOD = Duration.ofMillis(100);
    private static final Duration FAST_PHASE = Duration.ofMinutes(2);

    private final ApiRequests heartbeat;
    private final Sources sources;
    private final NodeObject object;
    private final Sinks sinks;
    private final Settings settings;
    private final Ticks ticks;
    private final Semaphore pokes = new Semaphore(0);
    private @Nullable Node answered;
    private @Nullable Thread thread;
    private long lastReport;
    private boolean everReported;
    private Duration delay = Duration.ZERO;
    private boolean unschedulable;
    private boolean rebootTold;
    private String cidrs = "";

    /**
     * Where it looks.
     *
     * @param watch the Node as the API shows it
     * @param registrar empty when the node must not register itself
     * @param object builds the Node
     * @param reporter measures
     * @param runtime asked out of turn while the node waits to become ready
     */
    public record Sources(
            NodeWatch watch,
            Optional<NodeRegistrar> registrar,
            NodeObject object,
            NodeReporter reporter,
            RuntimeHealth runtime) {}

    /**
     * Where results go.
     *
     * @param events takes node events
     * @param podCidrs hears the pod CIDRs of the node, joined by commas, when they change; throws
     *     to be called again
     * @param volumesReported hears which attached volumes the API is known to show as in use
     * @param repeatedFailure called when a second try in a row failed: drop the connections
     */
    public record Sinks(
            EventSink events,
            Consumer<String> podCidrs,
            Consumer<List<String>> volumesReported,
            Runnable repeatedFailure) {}

    /**
     * Periods.
     *
     * @param update {@code nodeStatusUpdateFrequency}
     * @param report {@code nodeStatusReportFrequency}
     * @param random numbers from 0 to 1, for jitter
     */
    public record Settings(Duration update, Duration report, DoubleSupplier random) {}

    /**
     * @param heartbeat a client of its own, without rate limit and with a short timeout, so that
     *     heartbeats never queue behind other calls
     */
    public NodeStatusLoop(
            ApiRequests heartbeat, Sources sources, Sinks sinks, Settings settings, Ticks ticks) {
        this.heartbeat = heartbeat;
        this.sources = sources;
        this.object = sources.object;
        this.sinks = sinks;
        this.settings = settings;
        this.ticks = ticks;
    }

    /** Registers if that is wanted, then reports until closed. */
    public void start() {
        sources.watch.onChange(this::pokeIfCidrsChanged);
        thread = NamedThreads.start("node-status", this::run);
    }

    /** Something the status shows has changed: compute it now. */
    public void poke() {
        pokes.release();
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void pokeIfCidrsChanged(Node node) {
        if (!String.join(",", node.getSpec().getPodCIDRs()).equals(cidrs)) {
            poke();
        }
    }

    private void run() {
        try {
            if (sources.registrar.isPresent()) {
                answered = sources.registrar.get().register();
            }
            long fastUntil = ticks.nanos() + FAST_PHASE.toNanos();
            boolean fast = true;
            long nextFull = ticks.nanos();
            while (!Thread.currentThread().isInterrupted()) {
                boolean due = ticks.nanos() - nextFull >= 0;
                if (due || pokes.drainPermits() > 0) {
                    report();
                    nextFull = ticks.nanos() + period().toNanos();
                } else if (fast && becomesReady()) {
                    report();
                }
                fast = fast && ticks.nanos() - fastUntil < 0 && !shownReady();
                long wait = nextFull - ticks.nanos();
                await(fast ? Math.min(wait, FAST_PERIOD.toNanos()) : wait);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(long nanos) throws InterruptedException {
        if (pokes.tryAcquire(Math.max(1, nanos), TimeUnit.NANOSECONDS)) {
            pokes.release();
        }
    }

    private Duration period() {
        return settings.update.plusNanos(
                (long) (settings.update.toNanos() * JITTER * settings.random.getAsDouble()));
    }

    /** Asks the runtime out of turn, and tells whether the node would now be ready. */
    private boolean becomesReady() {
        sources.runtime.check();
        Optional<Node> base = base();
        if (base.isEmpty()) {
            return false;
        }
        try {
            NodeObject.Update update = object.update(base.get(), sources.reporter.report(base));
            return isReady(update.node()) && !isReady(base.get());
        } catch (IOException unreadable) {
            log.debug("Node status is not computed: {}", unreadable.getMessage());
            return false;
        }
    }

    private boolean shownReady() {
        return base().filter(NodeStatusLoop::isReady).isPresent();
    }

    private static boolean isReady(Node node) {
        if (node.getStatus() == null) {
            return false;
        }
        for (NodeCondition c : node.getStatus().getConditions()) {
            if (c.getType().equals(NodeConditions.READY)) {
                return "True".equals(c.getStatus());
            }
        }
        return false;
    }

    private void report() throws InterruptedException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                attempt(attempt > 0);
                return;
            } catch (IOException failed) {
                log.warn(
                        "Report status of node {}: {}. {}",
                        object.identity().nodeName(),
                        failed.getMessage(),
                        attempt + 1 < TRIES ? "Trying again." : "Next try in the next period.");
                if (attempt > 0) {
                    sinks.repeatedFailure.run();
                }
            }
        }
    }

    private void attempt(boolean read) throws IOException, InterruptedException {
        if (read) {
            answered = heartbeat.get(Node.class, "/api/v1/nodes/" + object.identity().nodeName());
        }
        Optional<Node> base = base();
        if (base.isEmpty()) {
            throw new IOException("the API does not show this node yet");
        }
        Node existing = base.get();
        NodeObject.Update update = object.update(existing, sources.reporter.report(base));
        boolean newCidrs = cidrsChanged(existing);
        boolean changed = update.changed() || newCidrs;
        tellSchedulable(existing);
        if (!changed && !overdue()) {
            sinks.volumesReported.accept(volumesInUse(existing));
            return;
        }
        delay = changed || !everReported ? randomDelay() : Duration.ZERO;
        Optional<String> patch = NodePatch.between(existing, update.node());
        Node shown = existing;
        if (patch.isPresent()) {
            shown =
                    heartbeat.patch(
                            Node.class,
                            "/api/v1/nodes/" + object.identity().nodeName() + "/status",
                            PatchType.STRATEGIC_MERGE,
                            patch.get());
            log.debug("Node status patched: {}", patch.get());
        }
        answered = shown;
        lastReport = ticks.nanos();
        everReported = true;
        update.events().forEach(this::record);
        sinks.volumesReported.accept(volumesInUse(shown));
    }

    private static List<String> volumesInUse(Node node) {
        return node.getStatus() == null ? List.of() : node.getStatus().getVolumesInUse();
    }

    private void record(NodeEvent event) {
        if (event.reason().equals("Rebooted")) {
            if (rebootTold) {
                return;
            }
            rebootTold = true;
        }
        log.info("{}", event.message());
        sinks.events.nodeEvent(event.type(), event.reason(), event.message());
    }

    private void tellSchedulable(Node node) {
        boolean now = Boolean.TRUE.equals(node.getSpec().getUnschedulable());
        if (now != unschedulable) {
            unschedulable = now;
            String reason = now ? "NodeNotSchedulable" : "NodeSchedulable";
            NodeEvent event = NodeEvent.statusIsNow(object.identity().nodeName(), reason);
            sinks.events.nodeEvent(EventType.NORMAL, event.reason(), event.message());
        }
    }

    private boolean cidrsChanged(Node node) {
        String now = String.join(",", node.getSpec().getPodCIDRs());
        if (now.isEmpty() || now.equals(cidrs)) {
            return false;
        }
        try {
            sinks.podCidrs.accept(now);
            log.info("Pod CIDRs of the node are {}", now);
            cidrs = now;
            return true;
        } catch (RuntimeException refused) {
            log.error(
                    "Pod CIDRs {} could not be handed to the runtime: {}. Trying again in the next"
                            + " period.",
                    now,
                    refused.getMessage());
            return false;
        }
    }

    private boolean overdue() {
        return !everReported || ticks.nanos() - lastReport >= settings.report.plus(delay).toNanos();
    }

    /** Spreads the reports of nodes that changed together over half a period to both sides. */
    private Duration randomDelay() {
        return Duration.ofNanos(
                (long) (settings.report.toNanos() * (settings.random.getAsDouble() - 0.5)));
    }

    /** The newer of what the watch shows and what the API server answered last. */
    private Optional<Node> base() {
        Node last = answered;
        Optional<Node> seen = sources.watch.node();
        if (last == null || seen.filter(s -> overtakes(s, last)).isPresent()) {
            return seen;
        }
        return Optional.of(last);
    }

    private static boolean overtakes(Node seen, Node last) {
        return !seen.getMetadata().getUid().equals(last.getMetadata().getUid())
                || ResourceVersions.older(
                        last.getMetadata().getResourceVersion(),
                        seen.getMetadata().getResourceVersion());
    }
}
