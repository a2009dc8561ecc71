package dev.caravel.kubelet.node;

import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Capacity of the node and what of it pods may have (contract §6.2). Pure.
 *
 * @param capacity as in {@code node.status.capacity}
 * @param allocatable as in {@code node.status.allocatable}
 */
public record NodeResources(Map<String, Quantity> capacity, Map<String, Quantity> allocatable) {
    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    static final String PODS = "pods";
    static final String EPHEMERAL = "ephemeral-storage";
    private static final String HUGE_PAGES = "hugepages-";

    /**
     * Computes both.
     *
     * @param existing what the API shows; extended resources set by others stay
     * @param ephemeralBytes size of the file system pods write to, if known
     * @param reserved what is kept from pods by resource: system and kube reservation and hard
     *     eviction thresholds
     */
    static NodeResources of(
            NodeIdentity identity,
            MachineFacts machine,
            OptionalLong ephemeralBytes,
            DeviceResources devices,
            Map<String, BigDecimal> reserved,
            NodeResources existing) {
        Map<String, Quantity> capacity = new LinkedHashMap<>(existing.capacity);
        capacity.keySet().removeIf(name -> name.startsWith(HUGE_PAGES));
        capacity.put(CPU, new Quantity(Integer.toString(machine.cpus())));
        capacity.put(MEMORY, bytes(machine.memoryBytes()));
        machine.hugePages()
                .forEach((size, total) -> capacity.put(HUGE_PAGES + binary(size), bytes(total)));
        capacity.put(PODS, new Quantity(Integer.toString(pods(identity, machine))));
        ephemeralBytes.ifPresent(
                size -> capacity.put(EPHEMERAL, new Quantity(Long.toString(size))));
        capacity.putAll(devices.capacity());
        devices.removed().forEach(name -> capacity.put(name, new Quantity("0")));

        Map<String, Quantity> allocatable = new LinkedHashMap<>(existing.allocatable);
        allocatable
                .keySet()
                .removeIf(name ->
                        !capacity.containsKey(name)
                                && (isExtended(name) || name.startsWith(HUGE_PAGES)));
        capacity.forEach((name, all) -> allocatable.put(name, less(name, all, reserved.get(name))));
        allocatable.putAll(devices.allocatable());
        long hugePages = machine.hugePages().values().stream().mapToLong(Long::longValue).sum();
        allocatable.computeIfPresent(
                MEMORY, (name, left) -> less(name, left, BigDecimal.valueOf(hugePages)));
        return new NodeResources(capacity, allocatable);
    }

    private static int pods(NodeIdentity identity, MachineFacts machine) {
        return identity.podsPerCore() > 0
                ? Math.min(identity.podsPerCore() * machine.cpus(), identity.maxPods())
                : identity.maxPods();
    }

    /** Resources with a domain that is not Kubernetes' own. */
    static boolean isExtended(String name) {
        return name.indexOf('/') >= 0
                && !name.contains("kubernetes.io/")
                && !name.startsWith("requests.");
    }

    private static Quantity less(String name, Quantity all, @Nullable BigDecimal reserved) {
        if (reserved == null || reserved.signum() == 0) {
            return all;
        }
        BigDecimal left = Quantities.exact(all).subtract(reserved).max(BigDecimal.ZERO);
        if (name.equals(MEMORY) || name.startsWith(HUGE_PAGES)) {
            return bytes(Quantities.value(left));
        }
        return name.equals(CPU)
                ? milli(Quantities.milli(left))
                : new Quantity(Long.toString(Quantities.value(left)));
    }

    private static Quantity milli(long milli) {
        return milli % 1000 == 0
                ? new Quantity(Long.toString(milli / 1000))
                : new Quantity(milli + "m");
    }

    private static Quantity bytes(long bytes) {
        return new Quantity(binary(bytes));
    }

    private static String binary(long bytes) {
        return dev.caravel.config.Quantity.ofBytes(bytes).toString();
    }
}
