package dev.caravel.kubelet.status;

import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the strategic merge patch for {@code pods/status}: only fields that differ, lists merged
 * by the keys the API type declares (conditions by type, IPs by ip; container statuses whole).
 * Fields that others own are never named.
 */
final class StatusPatch {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String DIRECTIVE = "$patch";
    private static final String ORDER = "$setElementOrder/";

    private final ObjectNode status = JSON.objectNode();

    private StatusPatch() {}

    /**
     * The patch text that turns {@code api} into {@code wanted}, or empty when they agree.
     *
     * @param uid precondition: the server refuses when the name now belongs to another pod
     */
    static Optional<String> between(String uid, PodStatus api, PodStatus wanted) {
        StatusPatch patch = new StatusPatch();
        patch.fields(api, wanted);
        if (patch.status.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode root = JSON.objectNode();
        root.putObject("metadata").put("uid", uid);
        root.set("status", patch.status);
        return Optional.of(root.toString());
    }

    private void fields(PodStatus api, PodStatus wanted) {
        scalar("observedGeneration", api.getObservedGeneration(), wanted.getObservedGeneration());
        scalar("phase", api.getPhase(), wanted.getPhase());
        scalar("message", api.getMessage(), wanted.getMessage());
        scalar("reason", api.getReason(), wanted.getReason());
        scalar("hostIP", api.getHostIP(), wanted.getHostIP());
        scalar("podIP", api.getPodIP(), wanted.getPodIP());
        scalar("startTime", api.getStartTime(), wanted.getStartTime());
        scalar("qosClass", api.getQosClass(), wanted.getQosClass());
        conditions(api.getConditions(), wanted.getConditions());
        keyed("hostIPs", api.getHostIPs(), wanted.getHostIPs(), HostIP::getIp);
        keyed("podIPs", api.getPodIPs(), wanted.getPodIPs(), PodIP::getIp);
        whole(
                "initContainerStatuses",
                api.getInitContainerStatuses(),
                wanted.getInitContainerStatuses());
        whole("containerStatuses", api.getContainerStatuses(), wanted.getContainerStatuses());
        whole(
                "ephemeralContainerStatuses",
                api.getEphemeralContainerStatuses(),
                wanted.getEphemeralContainerStatuses());
        whole("volumeHealth", api.getVolumeHealth(), wanted.getVolumeHealth());
        replaced("resources", api.getResources(), wanted.getResources());
        replaced("allocatedResources", api.getAllocatedResources(), wanted.getAllocatedResources());
    }

    private void scalar(String field, @Nullable Object api, @Nullable Object wanted) {
        if (!Objects.equals(api, wanted)) {
            status.set(field, json(wanted));
        }
    }

    private void whole(String field, List<?> api, List<?> wanted) {
        if (!api.equals(wanted)) {
            status.set(field, wanted.isEmpty() ? JSON.nullNode() : json(wanted));
        }
    }

    /**
     * An object that is to be exactly this; merging would keep keys that are gone. Where the API
     * holds nothing the directive itself would become an entry.
     */
    private void replaced(String field, @Nullable Object api, @Nullable Object wanted) {
        if (Objects.equals(api, wanted)) {
            return;
        }
        JsonNode value = json(wanted);
        boolean held = api instanceof Map<?, ?> map ? !map.isEmpty() : api != null;
        if (value instanceof ObjectNode object && held) {
            object.put(DIRECTIVE, "replace");
        }
        status.set(field, value);
    }

    private <T> void keyed(String field, List<T> api, List<T> wanted, Function<T, String> ip) {
        if (api.equals(wanted)) {
            return;
        }
        List<String> before = api.stream().map(ip).toList();
        List<String> after = wanted.stream().map(ip).toList();
        ArrayNode order = status.putArray(ORDER + field);
        after.forEach(a -> order.addObject().put("ip", a));
        ArrayNode changes = status.putArray(field);
        after.stream()
                .filter(a -> !before.contains(a))
                .forEach(a -> changes.addObject().put("ip", a));
        before.stream()
                .filter(b -> !after.contains(b))
                .forEach(b -> changes.addObject().put(DIRECTIVE, "delete").put("ip", b));
    }

    private void conditions(List<PodCondition> api, List<PodCondition> wanted) {
        if (api.equals(wanted)) {
            return;
        }
        ArrayNode changes = JSON.arrayNode();
        for (PodCondition c : wanted) {
            PodCondition before = Statuses.condition(api, c.getType());
            if (!c.equals(before)) {
                changes.add(condition(before, c));
            }
        }
        for (PodCondition c : api) {
            if (Statuses.condition(wanted, c.getType()) == null) {
                changes.addObject().put(DIRECTIVE, "delete").put("type", c.getType());
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        ArrayNode order = status.putArray(ORDER + "conditions");
        wanted.forEach(c -> order.addObject().put("type", c.getType()));
        status.set("conditions", changes);
    }

    private static ObjectNode condition(@Nullable PodCondition before, PodCondition c) {
        PodCondition old = before == null ? new PodCondition() : before;
        ObjectNode change = JSON.objectNode();
        change.put("type", c.getType());
        part(change, "status", old.getStatus(), c.getStatus());
        part(change, "reason", old.getReason(), c.getReason());
        part(change, "message", old.getMessage(), c.getMessage());
        part(change, "lastProbeTime", old.getLastProbeTime(), c.getLastProbeTime());
        part(change, "lastTransitionTime", old.getLastTransitionTime(), c.getLastTransitionTime());
        part(change, "observedGeneration", old.getObservedGeneration(), c.getObservedGeneration());
        return change;
    }

    private static void part(
            ObjectNode change, String field, @Nullable Object before, @Nullable Object now) {
        if (!Objects.equals(before, now)) {
            change.set(field, json(now));
        }
    }

    private static JsonNode json(@Nullable Object value) {
        return switch (value) {
            case null -> JSON.nullNode();
            case String text -> JSON.stringNode(text);
            case Long number -> JSON.numberNode(number);
            default -> MAPPER.valueToTree(value);
        };
    }
}
