package dev.caravel.proxy.server;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpAddress;
import dev.caravel.proxy.node.NodeMapping;
import dev.caravel.proxy.node.NodeState;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the Node object. The proxy is set up for the addresses it sees at start, so a change of
 * them ends the process (kube-proxy.md §2.2); so does the deletion of the Node.
 */
public final class NodeWatch implements WatchListener<NodeState>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeWatch.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration IPS_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POD_CIDRS_TIMEOUT = Duration.ofMinutes(5);

    private final String nodeName;
    private final boolean podCidrsMatter;
    private final Ticks ticks;
    private final Watched<NodeState> watched;
    private volatile Optional<NodeState> state = Optional.empty();
    private Optional<NodeState> relied = Optional.empty();
    private boolean relying;
    private Consumer<String> fatal = reason -> {};
    private Runnable zoneChanged = () -> {};

    /**
     * Starts following.
     *
     * @param podCidrsMatter whether rules are made from the node's pod ranges
     */
    public NodeWatch(ApiClient api, String nodeName, boolean podCidrsMatter, Ticks ticks) {
        this.nodeName = nodeName;
        this.podCidrsMatter = podCidrsMatter;
        this.ticks = ticks;
        WatchSpec<Node, NodeState> spec =
                WatchSpec.of("nodes", Node.class, "/api/v1/nodes")
                        .withFields("metadata.name=" + nodeName)
                        .keeping(NodeMapping::map);
        this.watched = api.watch(spec, this);
    }

    /**
     * Waits until the Node has addresses, and pod ranges if they matter.
     *
     * @return the state from then on relied upon; empty when there is no Node even now
     * @throws IOException when pod ranges are needed and do not come
     */
    public Optional<NodeState> await() throws IOException, InterruptedException {
        while (!watched.awaitSynced(Duration.ofMinutes(1))) {
            log.info("Still waiting for the API server to tell about node {}", nodeName);
        }
        waitFor(IPS_TIMEOUT, node -> !node.ips().isEmpty());
        if (podCidrsMatter && !waitFor(POD_CIDRS_TIMEOUT, n -> !n.podCidrs().isEmpty())) {
            throw new IOException(
                    state.isEmpty()
                            ? "timeout waiting for node \"" + nodeName + "\" to exist"
                            : "timeout waiting for PodCIDR allocation on node \""
                                    + nodeName
                                    + "\"");
        }
        if (state.isEmpty()) {
            log.error("Timed out waiting for node {} to exist", nodeName);
        } else if (state.get().ips().isEmpty()) {
            log.error("Timed out waiting for node {} to be assigned IPs", nodeName);
        }
        return state;
    }

    private boolean waitFor(Duration timeout, Predicate<NodeState> condition)
            throws InterruptedException {
        long begin = ticks.nanos();
        while (state.filter(condition).isEmpty()) {
            if (ticks.nanos() - begin >= timeout.toNanos()) {
                return false;
            }
            ticks.sleep(POLL);
        }
        return true;
    }

    /**
     * From now on a change of what {@code known} says is fatal.
     *
     * @param onFatal told why the process must end
     * @param onZoneChanged called when the node has moved to another zone
     */
    public synchronized void rely(
            Optional<NodeState> known, Consumer<String> onFatal, Runnable onZoneChanged) {
        relied = known;
        relying = true;
        fatal = onFatal;
        zoneChanged = onZoneChanged;
        state.ifPresent(this::compare);
    }

    /** The node's zone now, empty when unknown. */
    public String zone() {
        return state.map(NodeState::zone).orElse("");
    }

    /** Whether load balancers may send traffic here. */
    public boolean eligible() {
        return state.filter(NodeState::eligible).isPresent();
    }

    @Override
    public void onPut(String key, NodeState node) {
        synchronized (this) {
            String before = zone();
            state = Optional.of(node);
            if (relying) {
                compare(node);
                if (!before.equals(node.zone())) {
                    zoneChanged.run();
                }
            }
        }
    }

    private void compare(NodeState node) {
        List<IpAddress> ips = relied.map(NodeState::ips).orElse(List.of());
        List<String> cidrs = relied.map(NodeState::podCidrs).orElse(List.of());
        if (podCidrsMatter && !cidrs.equals(node.podCidrs())) {
            fatal.accept(
                    "PodCIDRs changed for the node "
                            + nodeName
                            + " from "
                            + cidrs
                            + " to "
                            + node.podCidrs());
        } else if (!ips.equals(node.ips())) {
            fatal.accept(
                    "NodeIPs changed for the node "
                            + nodeName
                            + " from "
                            + ips
                            + " to "
                            + node.ips());
        }
    }

    @Override
    public void onRemove(String key, NodeState last) {
        synchronized (this) {
            state = Optional.empty();
            if (relying) {
                fatal.accept("Node is being deleted: " + nodeName);
            }
        }
    }

    @Override
    public void close() {
        watched.close();
    }
}
