package dev.caravel.kubelet.node;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sure this node has its Node object (contract §6.1). */
public final class NodeRegistrar {
    private static final Logger log = LoggerFactory.getLogger(NodeRegistrar.class);

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(7);

    private final ApiRequests api;
    private final NodeObject object;
    private final NodeReporter reporter;
    private final BooleanSupplier devicesForgotten;
    private final Ticks ticks;

    /**
     * @param devicesForgotten whether the device plugin checkpoint is missing; extended resources
     *     of an existing Node are then set to zero until their plugins return
     */
    public NodeRegistrar(
            ApiRequests api,
            NodeObject object,
            NodeReporter reporter,
            BooleanSupplier devicesForgotten,
            Ticks ticks) {
        this.api = api;
        this.object = object;
        this.reporter = reporter;
        this.devicesForgotten = devicesForgotten;
        this.ticks = ticks;
    }

    /**
     * Registers, trying until it works.
     *
     * @return the object as the API server holds it
     */
    public Node register() throws InterruptedException {
        Duration wait = FIRST_RETRY;
        while (true) {
            try {
                return attempt();
            } catch (IOException failed) {
                log.error(
                        "Register node {}: {}. Next try in {} ms.",
                        object.identity().nodeName(),
                        failed.getMessage(),
                        wait.toMillis());
            }
            ticks.sleep(wait);
            wait = wait.multipliedBy(2);
            if (wait.compareTo(LONGEST_RETRY) > 0) {
                wait = LONGEST_RETRY;
            }
        }
    }

    private Node attempt() throws IOException, InterruptedException {
        String name = object.identity().nodeName();
        Node initial = object.initial(reporter.report(Optional.empty()));
        try {
            Node created = api.create(Node.class, "/api/v1/nodes", initial);
            log.info("Node {} is registered", name);
            return created;
        } catch (ApiException refused) {
            // Forbidden too: a node made by someone else may be ours to use but not to create.
            if (!refused.alreadyExists() && !refused.forbidden()) {
                throw refused;
            }
        }
        Node existing = api.get(Node.class, "/api/v1/nodes/" + name);
        Node wanted =
                NodeReconciliation.reconcile(initial, existing, devicesForgotten.getAsBoolean());
        Optional<String> patch = NodePatch.parts(existing, wanted);
        if (patch.isEmpty()) {
            log.info("Node {} was registered before", name);
            return existing;
        }
        Node patched =
                api.patch(
                        Node.class,
                        "/api/v1/nodes/" + name + "/status",
                        PatchType.STRATEGIC_MERGE,
                        patch.get());
        log.info("Node {} was registered before; corrected: {}", name, patch.get());
        return patched;
    }
}
