package dev.caravel.kubelet.csi;

import dev.caravel.csi.NodeInfo;
import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the API server which CSI drivers this node has: the CSINode, and the node ids and topology
 * labels of the Node. The node is not ready before its CSINode exists, so that no pod is placed by
 * limits nobody has told yet.
 */
public final class CsiNodeObjects {
    private static final Logger log = LoggerFactory.getLogger(CsiNodeObjects.class);
    private static final String CSI_NODES = "/apis/storage.k8s.io/v1/csinodes";
    private static final int TRIES = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final int PAUSE_FACTOR = 5;

    private final ApiRequests requests;
    private final String nodeName;
    private final Ticks ticks;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean ensured;

    public CsiNodeObjects(ApiRequests requests, String nodeName, Ticks ticks) {
        this.requests = requests;
        this.nodeName = nodeName;
        this.ticks = ticks;
    }

    /** One attempt that may fail by a conflict and is then made anew. */
    private interface Attempt {
        void run() throws IOException, InterruptedException;
    }

    /** Why the node is not ready on our account; empty when it is. */
    public List<String> problems() {
        return ensured ? List.of() : List.of("CSINode is not yet initialized");
    }

    /**
     * Makes the CSINode, owned by the Node, and says which in-tree volumes CSI drivers serve. To be
     * called once the Node exists, again until it succeeds.
     */
    public void ensure() throws IOException, InterruptedException {
        retried(() -> {
            CSINode csiNode = ownCsiNode();
            if (!migrated(csiNode)) {
                CSINode _ = update(withMigration(csiNode));
            }
        });
        ensured = true;
    }

    /** A driver is here. */
    void install(String driver, NodeInfo info) throws IOException, InterruptedException {
        retried(() -> patchNode(driver, Optional.of(info)));
        retried(() -> {
            CSINode csiNode = ownCsiNode();
            Optional<List<CSINodeDriver>> drivers =
                    CsiNodeRules.with(driversOf(csiNode), driver, info);
            if (drivers.isPresent() || !migrated(csiNode)) {
                CSINode _ =
                        update(
                                withDrivers(
                                        withMigration(csiNode),
                                        drivers.orElse(driversOf(csiNode))));
            }
        });
    }

    /** A driver is gone. What cannot be told now is overwritten when it comes back. */
    void uninstall(String driver) throws InterruptedException {
        try {
            retried(() -> removeFromCsiNode(driver));
            retried(() -> patchNode(driver, Optional.empty()));
        } catch (IOException e) {
            log.warn(
                    "Telling the API server that CSI driver {} is gone: {}",
                    driver,
                    e.getMessage());
        }
    }

    private void removeFromCsiNode(String driver) throws IOException, InterruptedException {
        CSINode csiNode;
        try {
            csiNode = requests.get(CSINode.class, CSI_NODES + "/" + nodeName);
        } catch (ApiException e) {
            if (e.notFound()) {
                return;
            }
            throw e;
        }
        Optional<List<CSINodeDriver>> drivers = CsiNodeRules.without(driversOf(csiNode), driver);
        if (drivers.isPresent()) {
            CSINode _ = update(withDrivers(csiNode, drivers.get()));
        }
    }

    private void patchNode(String driver, Optional<NodeInfo> info)
            throws IOException, InterruptedException {
        Node node = requests.get(Node.class, "/api/v1/nodes/" + nodeName);
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        Optional<String> ids =
                CsiNodeRules.nodeIds(
                        annotations == null ? null : annotations.get(CsiNodeRules.NODE_ID),
                        driver,
                        info.map(NodeInfo::nodeId));
        Map<String, String> labels =
                info.isEmpty()
                        ? Map.of()
                        : CsiNodeRules.labels(
                                node.getMetadata().getLabels(), info.get().topology());
        if (ids.isEmpty() && labels.isEmpty()) {
            return;
        }
        Map<String, Object> metadata = new HashMap<>();
        if (ids.isPresent()) {
            Map<String, Object> annotation = new HashMap<>();
            annotation.put(CsiNodeRules.NODE_ID, ids.get().isEmpty() ? null : ids.get());
            metadata.put("annotations", annotation);
        }
        if (!labels.isEmpty()) {
            metadata.put("labels", labels);
        }
        // The status subresource takes metadata too, and the kubelet may always write it.
        Node _ =
                requests.patch(
                        Node.class,
                        "/api/v1/nodes/" + nodeName + "/status",
                        PatchType.STRATEGIC_MERGE,
                        JsonMapper.shared().writeValueAsString(Map.of("metadata", metadata)));
    }

    private CSINode ownCsiNode() throws IOException, InterruptedException {
        Node node = requests.get(Node.class, "/api/v1/nodes/" + nodeName);
        String uid = node.getMetadata().getUid();
        CSINode csiNode;
        try {
            csiNode = requests.get(CSINode.class, CSI_NODES + "/" + nodeName);
        } catch (ApiException e) {
            if (e.notFound()) {
                return create(uid);
            }
            throw e;
        }
        if (!isOwnedBy(csiNode, uid)) {
            log.info("CSINode {} belongs to an earlier node of that name; replacing it", nodeName);
            requests.delete(CSI_NODES + "/" + nodeName, "");
            return create(uid);
        }
        return csiNode;
    }

    private boolean isOwnedBy(CSINode csiNode, String uid) {
        for (OwnerReference owner : csiNode.getMetadata().getOwnerReferences()) {
            if ("Node".equals(owner.getKind())
                    && nodeName.equals(owner.getName())
                    && uid.equals(owner.getUid())) {
                return true;
            }
        }
        return false;
    }

    private CSINode create(String nodeUid) throws IOException, InterruptedException {
        return requests.create(
                CSINode.class,
                CSI_NODES,
                new CSINodeBuilder()
                        .withNewMetadata()
                        .withName(nodeName)
                        .addToAnnotations(CsiNodeRules.MIGRATED, CsiNodeRules.MIGRATED_PLUGINS)
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(nodeName)
                        .withUid(nodeUid)
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .withDrivers(List.of())
                        .endSpec()
                        .build());
    }

    private CSINode update(CSINode csiNode) throws IOException, InterruptedException {
        return requests.update(CSINode.class, CSI_NODES + "/" + nodeName, csiNode);
    }

    private static boolean migrated(CSINode csiNode) {
        Map<String, String> annotations = csiNode.getMetadata().getAnnotations();
        return annotations != null
                && CsiNodeRules.MIGRATED_PLUGINS.equals(annotations.get(CsiNodeRules.MIGRATED));
    }

    private static CSINode withMigration(CSINode csiNode) {
        return new CSINodeBuilder(csiNode)
                .editMetadata()
                .addToAnnotations(CsiNodeRules.MIGRATED, CsiNodeRules.MIGRATED_PLUGINS)
                .endMetadata()
                .build();
    }

    private static CSINode withDrivers(CSINode csiNode, List<CSINodeDriver> drivers) {
        return new CSINodeBuilder(csiNode).editSpec().withDrivers(drivers).endSpec().build();
    }

    private static List<CSINodeDriver> driversOf(CSINode csiNode) {
        return csiNode.getSpec() == null
                ? List.of()
                : Objects.requireNonNullElse(csiNode.getSpec().getDrivers(), List.of());
    }

    private void retried(Attempt attempt) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            Duration pause = FIRST_PAUSE;
            for (int tries = 1; ; tries++) {
                try {
                    attempt.run();
                    return;
                } catch (IOException e) {
                    if (tries == TRIES) {
                        throw e;
                    }
                    log.debug("Updating the CSINode: {}; trying again", e.getMessage());
                    ticks.sleep(pause);
                    pause = pause.multipliedBy(PAUSE_FACTOR);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
