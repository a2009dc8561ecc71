package dev.caravel.kubelet.agent;

import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.node.NodeObject;
import dev.caravel.kubelet.node.NodeReporter;
import dev.caravel.kubelet.node.NodeWatch;
import dev.caravel.kubelet.node.RuntimeHealth;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The node as pods see it. The Node object is what the API server shows where there is one; without
 * it, what the node would register with.
 */
final class NodeView {

    private final NodeObject object;
    private final NodeReporter reporter;
    private final FactsReader reader;
    private final RuntimeHealth health;
    private final Optional<NodeWatch> watch;
    private @Nullable Node seen;
    private @Nullable NodeFacts facts;

    NodeView(
            NodeObject object,
            NodeReporter reporter,
            FactsReader reader,
            RuntimeHealth health,
            Optional<NodeWatch> watch) {
        this.object = object;
        this.reporter = reporter;
        this.reader = reader;
        this.health = health;
        this.watch = watch;
    }

    /** The Node as the API server shows it. */
    Optional<Node> apiNode() {
        return watch.flatMap(NodeWatch::node);
    }

    /** Hears when the API server shows another version of the Node. */
    void onChange(Runnable listener) {
        watch.ifPresent(w -> w.onChange(_ -> listener.run()));
    }

    /** The Node to judge pods by: the API server's, or what it would be registered with. */
    synchronized Node node() {
        facts();
        return Objects.requireNonNull(seen);
    }

    /** The facts; computed anew when the Node object changed. */
    synchronized NodeFacts facts() {
        Optional<Node> now = apiNode();
        NodeFacts known = facts;
        if (known != null && (now.isEmpty() || now.get().equals(seen))) {
            return known;
        }
        Node node = now.orElseGet(this::own);
        NodeStatus status = node.getStatus();
        NodeFacts fresh =
                reader.read(
                        ips(status),
                        health.status(),
                        status.getCapacity(),
                        status.getAllocatable());
        seen = node;
        facts = fresh;
        return fresh;
    }

    private Node own() {
        try {
            return object.initial(reporter.report(Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException("The machine cannot be measured", e);
        }
    }

    private static List<String> ips(NodeStatus status) {
        return status.getAddresses().stream()
                .filter(a -> a.getType().equals("InternalIP"))
                .map(NodeAddress::getAddress)
                .toList();
    }

    RuntimeHealth health() {
        return health;
    }
}
