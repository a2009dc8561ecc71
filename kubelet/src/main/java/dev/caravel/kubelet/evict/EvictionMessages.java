package dev.caravel.kubelet.evict;

import dev.caravel.config.Quantity;
import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says why a pod is evicted, in upstream's words: dashboards and people search for them. */
final class EvictionMessages {
    private EvictionMessages() {}

    /** A pod goes because the node is short of something. */
    static Eviction nodeLow(
            Threshold threshold,
            Map<Signal, Observation> observed,
            Pod pod,
            Optional<PodUsage> usage) {
        String resource = threshold.signal().resource();
        StringBuilder message =
                new StringBuilder("The node was low on resource: ").append(resource).append(". ");
        Observation o = observed.get(threshold.signal());
        if (o != null) {
            message.append("Threshold quantity: ")
                    .append(amount(threshold.signal(), threshold.value().of(o.capacity())))
                    .append(", available: ")
                    .append(amount(threshold.signal(), o.available()))
                    .append(". ");
        }
        Map<String, String> annotations = new LinkedHashMap<>();
        if (usage.isPresent()) {
            List<String> names = new ArrayList<>();
            List<String> amounts = new ArrayList<>();
            podAboveRequest(threshold.signal(), pod, usage.get(), message, annotations);
            containersAboveRequest(threshold.signal(), pod, usage.get())
                    .forEach(above -> {
                        names.add(above.name);
                        amounts.add(above.used);
                        message.append(above.sentence(resource));
                    });
            annotations.put("offending_containers", String.join(",", names));
            annotations.put("offending_containers_usage", String.join(",", amounts));
            annotations.put("starved_resource", resource);
        }
        return new Eviction(message.toString(), annotations, true, threshold.signal().text());
    }

    private static void podAboveRequest(
            Signal signal,
            Pod pod,
            PodUsage usage,
            StringBuilder message,
            Map<String, String> annotations) {
        if (!signal.isMemory()
                || pod.getSpec().getResources() == null
                || pod.getSpec().getResources().getRequests() == null) {
            return;
        }
        io.fabric8.kubernetes.api.model.Quantity request =
                pod.getSpec().getResources().getRequests().get("memory");
        if (request == null) {
            return;
        }
        String used = Quantity.ofBytes(usage.memoryBytes()).toString();
        String name = pod.getMetadata().getName();
        message.append("Pod ").append(name).append(consumption(used, request.toString(), "memory"));
        annotations.put("offending_pod", name);
        annotations.put("offending_pod_usage", used);
    }

    private record Above(String name, String used, String requested) {
        String sentence(String resource) {
            return "Container " + name + consumption(used, requested, resource);
        }
    }

    private static String consumption(String used, String requested, String resource) {
        return " was using "
                + used
                + ", request is "
                + requested
                + ", has larger consumption of "
                + resource
                + ". ";
    }

    private static List<Above> containersAboveRequest(Signal signal, Pod pod, PodUsage usage) {
        List<Above> above = new ArrayList<>();
        Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream())
                .forEach(container -> {
                    PodUsage.Container uses = usage.containers().get(container.getName());
                    OptionalLong used = uses == null ? OptionalLong.empty() : used(signal, uses);
                    io.fabric8.kubernetes.api.model.Quantity request =
                            request(container, signal.resource());
                    BigDecimal asked = Quantities.exact(request);
                    if (used.isPresent()
                            && BigDecimal.valueOf(used.getAsLong()).compareTo(asked) > 0) {
                        above.add(
                                new Above(
                                        container.getName(),
                                        Quantity.ofBytes(used.getAsLong()).toString(),
                                        request == null ? "0" : request.toString()));
                    }
                });
        return above;
    }

    private static OptionalLong used(Signal signal, PodUsage.Container uses) {
        return switch (signal.resource()) {
            case "memory" -> OptionalLong.of(uses.memoryBytes());
            case "ephemeral-storage" -> OptionalLong.of(uses.rootfs().plus(uses.logs()).bytes());
            default -> OptionalLong.empty();
        };
    }

    private static io.fabric8.kubernetes.api.model.@Nullable Quantity request(
            Container container, String resource) {
        return container.getResources() == null || container.getResources().getRequests() == null
                ? null
                : container.getResources().getRequests().get(resource);
    }

    private static String amount(Signal signal, long amount) {
        return signal.isSize() ? Quantity.ofBytes(amount).toString() : Long.toString(amount);
    }
}
