package dev.caravel.kubelet.node;

import dev.caravel.cri.Image;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.kubelet.event.EventType;
import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.DaemonEndpoint;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeDaemonEndpoints;
import io.fabric8.kubernetes.api.model.NodeFeatures;
import io.fabric8.kubernetes.api.model.NodeRuntimeHandler;
import io.fabric8.kubernetes.api.model.NodeRuntimeHandlerFeatures;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeSwapStatus;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the Node object from what is configured and measured (contract §6.1, §6.2). Pure. */
public final class NodeObject {
    static final String ATTACH_DETACH = "volumes.kubernetes.io/controller-managed-attach-detach";
    static final String PROVIDED_NODE_IP = "alpha.kubernetes.io/provided-node-ip";
    private static final String UNINITIALIZED = "node.cloudprovider.kubernetes.io/uninitialized";
    private static final String OS_LABEL = "kubernetes.io/os";
    private static final String ARCH_LABEL = "kubernetes.io/arch";
    private static final String LINUX = "linux";
    private static final int NAMES_PER_IMAGE = 5;

    private final NodeIdentity identity;

    public NodeObject(NodeIdentity identity) {
        this.identity = identity;
    }

    /** The identity it was made with. */
    public NodeIdentity identity() {
        return identity;
    }

    /**
     * What the API should show now.
     *
     * @param node the whole object
     * @param changed whether it says anything new, heartbeat times aside
     * @param events to record if it is sent
     */
    public record Update(Node node, boolean changed, List<NodeEvent> events) {}

    /** The object a new node registers with. */
    public Node initial(NodeReport report) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("kubernetes.io/hostname", identity.hostname());
        labels.put(OS_LABEL, LINUX);
        labels.put(ARCH_LABEL, report.machine().architecture());
        labels.put("beta.kubernetes.io/os", LINUX);
        labels.put("beta.kubernetes.io/arch", report.machine().architecture());
        labels.putAll(identity.labels());
        ObjectMeta meta = new ObjectMeta();
        meta.setName(identity.nodeName());
        meta.setLabels(labels);
        if (identity.controllerAttachDetach()) {
            meta.setAnnotations(new LinkedHashMap<>(Map.of(ATTACH_DETACH, "true")));
        }
        NodeSpec spec = new NodeSpec();
        spec.setTaints(taints());
        identity.providerId().ifPresent(spec::setProviderID);
        Node bare = new Node();
        bare.setMetadata(meta);
        bare.setSpec(spec);
        bare.setStatus(new NodeStatus());
        return update(bare, report).node();
    }

    private List<Taint> taints() {
        List<Taint> taints = new ArrayList<>();
        for (dev.caravel.config.kubelet.Taint t : identity.taints()) {
            taints.add(new Taint(t.effect().wireName(), t.key(), null, emptyAsNull(t.value())));
        }
        if (identity.externalCloud()) {
            taints.add(new Taint("NoSchedule", UNINITIALIZED, null, "true"));
        }
        return taints;
    }

    private static @Nullable String emptyAsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The object as it should be now; everything of others stays as {@code existing} has it. */
    public Update update(Node existing, NodeReport report) {
        NodeStatus before = existing.getStatus() == null ? new NodeStatus() : existing.getStatus();
        NodeStatus status = copy(before);
        NodeResources resources =
                NodeResources.of(
                        identity,
                        report.machine(),
                        report.ephemeralBytes(),
                        report.devices(),
                        report.reserved(),
                        new NodeResources(
                                orEmpty(before.getCapacity()), orEmpty(before.getAllocatable())));
        status.setCapacity(resources.capacity());
        status.setAllocatable(resources.allocatable());
        report.addresses().ifPresent(status::setAddresses);
        status.setNodeInfo(info(report));
        status.setDaemonEndpoints(
                new NodeDaemonEndpoints(new DaemonEndpoint(identity.kubeletPort())));
        status.setImages(images(report.images()));
        report.runtimeStatus().ifPresent(runtime -> runtime(status, runtime));
        status.setDeclaredFeatures(identity.declaredFeatures());
        report.volumesInUse().ifPresent(status::setVolumesInUse);
        NodeConditions.Result conditions =
                NodeConditions.of(
                        identity.nodeName(),
                        before.getConditions(),
                        report.health(),
                        missing(resources.capacity()),
                        report.now());
        status.setConditions(conditions.conditions());

        ObjectMeta meta = metadata(existing.getMetadata(), report);
        Node node = new Node();
        node.setMetadata(meta);
        node.setSpec(existing.getSpec());
        node.setStatus(status);
        boolean changed =
                !Objects.equals(meta.getLabels(), existing.getMetadata().getLabels())
                        || !Objects.equals(
                                meta.getAnnotations(), existing.getMetadata().getAnnotations())
                        || changed(before, status);
        return new Update(node, changed, events(before, report, conditions.events()));
    }

    private List<NodeEvent> events(
            NodeStatus before, NodeReport report, List<NodeEvent> conditions) {
        String boot = before.getNodeInfo() == null ? null : before.getNodeInfo().getBootID();
        String now = report.machine().bootId();
        if (boot == null || boot.isEmpty() || boot.equals(now)) {
            return conditions;
        }
        List<NodeEvent> events = new ArrayList<>();
        events.add(
                new NodeEvent(
                        EventType.WARNING,
                        "Rebooted",
                        "Node " + identity.nodeName() + " has been rebooted, boot id: " + now));
        events.addAll(conditions);
        return events;
    }

    private ObjectMeta metadata(ObjectMeta existing, NodeReport report) {
        Map<String, String> labels = new LinkedHashMap<>(orEmpty(existing.getLabels()));
        labels.put(OS_LABEL, LINUX);
        labels.put(ARCH_LABEL, report.machine().architecture());
        Map<String, String> annotations = new LinkedHashMap<>(orEmpty(existing.getAnnotations()));
        if (identity.externalCloud() && NodeAddresses.specified(identity.nodeIps())) {
            annotations.put(PROVIDED_NODE_IP, NodeAddresses.text(identity.nodeIps()));
        } else {
            annotations.remove(PROVIDED_NODE_IP);
        }
        ObjectMeta meta = new ObjectMeta();
        meta.setName(existing.getName());
        meta.setUid(existing.getUid());
        meta.setResourceVersion(existing.getResourceVersion());
        meta.setLabels(labels);
        meta.setAnnotations(annotations);
        return meta;
    }

    private NodeSystemInfo info(NodeReport report) {
        MachineFacts machine = report.machine();
        NodeSystemInfo info = new NodeSystemInfo();
        info.setArchitecture(machine.architecture());
        info.setBootID(machine.bootId());
        info.setContainerRuntimeVersion(
                report.runtime()
                        .map(r -> r.runtimeName() + "://" + r.runtimeVersion())
                        .orElse("remote://Unknown"));
        info.setKernelVersion(machine.kernelVersion());
        // Deprecated and always empty since 1.33, but a required field of the API type.
        info.setKubeProxyVersion("");
        info.setKubeletVersion(identity.kubeletVersion());
        info.setMachineID(machine.machineId());
        info.setOperatingSystem(LINUX);
        info.setOsImage(machine.osImage());
        info.setSystemUUID(machine.systemUuid());
        info.setRunningInUserNamespace(machine.userNamespace());
        if (machine.swapBytes() > 0) {
            info.setSwap(new NodeSwapStatus(machine.swapBytes()));
        }
        return info;
    }

    private List<ContainerImage> images(List<Image> images) {
        Stream<Image> bySize =
                images.stream().sorted(Comparator.comparingLong(Image::sizeBytes).reversed());
        Stream<Image> listed =
                identity.maxImages() < 0 ? bySize : bySize.limit(identity.maxImages());
        return listed.map(NodeObject::image).toList();
    }

    private static ContainerImage image(Image image) {
        List<String> names =
                Stream.concat(image.repoDigests().stream(), image.repoTags().stream())
                        .limit(NAMES_PER_IMAGE)
                        .toList();
        return new ContainerImage(names, image.sizeBytes());
    }

    private static void runtime(NodeStatus status, RuntimeStatus runtime) {
        status.setRuntimeHandlers(
                runtime.handlers().stream()
                        .sorted(Comparator.comparing(RuntimeStatus.Handler::name))
                        .map(NodeObject::handler)
                        .toList());
        runtime.features()
                .ifPresent(f -> status.setFeatures(new NodeFeatures(f.supplementalGroupsPolicy())));
    }

    private static NodeRuntimeHandler handler(RuntimeStatus.Handler handler) {
        return new NodeRuntimeHandler(
                new NodeRuntimeHandlerFeatures(
                        handler.recursiveReadOnlyMounts(), handler.userNamespaces()),
                handler.name());
    }

    private List<String> missing(Map<String, Quantity> capacity) {
        Stream<String> required =
                Stream.of(NodeResources.CPU, NodeResources.MEMORY, NodeResources.PODS);
        if (identity.localStorage()) {
            required = Stream.concat(required, Stream.of(NodeResources.EPHEMERAL));
        }
        return required.filter(name -> !capacity.containsKey(name)).toList();
    }

    private static boolean changed(NodeStatus before, NodeStatus now) {
        return !before.getCapacity().equals(now.getCapacity())
                || !before.getAllocatable().equals(now.getAllocatable())
                || !Objects.equals(before.getAddresses(), now.getAddresses())
                || !Objects.equals(before.getDaemonEndpoints(), now.getDaemonEndpoints())
                || !Objects.equals(before.getNodeInfo(), now.getNodeInfo())
                || !Objects.equals(before.getImages(), now.getImages())
                || !Objects.equals(before.getRuntimeHandlers(), now.getRuntimeHandlers())
                || !Objects.equals(before.getFeatures(), now.getFeatures())
                || !Objects.equals(before.getDeclaredFeatures(), now.getDeclaredFeatures())
                || !Objects.equals(before.getVolumesInUse(), now.getVolumesInUse())
                || conditionsChanged(before.getConditions(), now.getConditions());
    }

    private static boolean conditionsChanged(List<NodeCondition> before, List<NodeCondition> now) {
        if (before.size() != now.size()) {
            return true;
        }
        for (int i = 0; i < now.size(); i++) {
            NodeCondition a = before.get(i);
            NodeCondition b = now.get(i);
            if (!a.getType().equals(b.getType())
                    || !Objects.equals(a.getStatus(), b.getStatus())
                    || !Objects.equals(a.getReason(), b.getReason())
                    || !Objects.equals(a.getMessage(), b.getMessage())
                    || !Objects.equals(a.getLastTransitionTime(), b.getLastTransitionTime())) {
                return true;
            }
        }
        return false;
    }

    private static NodeStatus copy(NodeStatus s) {
        NodeStatus copy = new NodeStatus();
        copy.setAddresses(s.getAddresses());
        copy.setConfig(s.getConfig());
        copy.setFeatures(s.getFeatures());
        copy.setPhase(s.getPhase());
        copy.setRuntimeHandlers(s.getRuntimeHandlers());
        copy.setVolumesAttached(s.getVolumesAttached());
        copy.setVolumesInUse(s.getVolumesInUse());
        return copy;
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : map;
    }
}
