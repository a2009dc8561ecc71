package dev.caravel.kubelet.device;

import dev.caravel.kubelet.node.DeviceResources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The resources of device plugins and their devices. Not thread safe: {@link Devices} guards it.
 */
final class Inventory {

    /**
     * How long a resource whose plugin is gone is still shown, with nothing to give (upstream's).
     */
    private static final Duration STOPPED_FOR = Duration.ofMinutes(5);

    private final Map<String, Resource> byName = new TreeMap<>();

    /**
     * A resource.
     *
     * @param plugin the one connected last; it stays when it is gone
     * @param devices by ID
     * @param goneSince when the plugin went away; empty while it is there
     */
    record Resource(
            Optional<DevicePlugin> plugin,
            DevicePlugin.Options options,
            Map<String, Device> devices,
            Optional<Instant> goneSince) {
        Resource {
            devices = Map.copyOf(devices);
        }

        Set<String> healthy() {
            return devices.values().stream()
                    .filter(Device::healthy)
                    .map(Device::id)
                    .collect(Collectors.toSet());
        }
    }

    private static final DevicePlugin.Options NO_OPTIONS = new DevicePlugin.Options(false, false);

    /** A resource nobody offers. */
    static final Resource UNKNOWN =
            new Resource(Optional.empty(), NO_OPTIONS, Map.of(), Optional.empty());

    /** From a checkpoint: nothing to give until the plugin registers again. */
    void restore(String resource, Instant now) {
        byName.put(
                resource, new Resource(Optional.empty(), NO_OPTIONS, Map.of(), Optional.of(now)));
    }

    /** A plugin is there; its devices follow. Returns the one it takes the place of. */
    Optional<DevicePlugin> connected(
            String resource, DevicePlugin plugin, DevicePlugin.Options options) {
        Resource old = byName.get(resource);
        Map<String, Device> devices = old == null ? Map.of() : old.devices;
        byName.put(resource, new Resource(Optional.of(plugin), options, devices, Optional.empty()));
        return old == null ? Optional.empty() : old.plugin;
    }

    /** What the plugin has now; false when another has taken its place. */
    boolean listed(String resource, DevicePlugin plugin, List<Device> devices) {
        Map<String, Device> byId = new HashMap<>();
        devices.forEach(d -> byId.put(d.id(), d));
        Optional<Resource> old = of(resource, plugin);
        old.ifPresent(
                r -> byName.put(resource, new Resource(r.plugin, r.options, byId, r.goneSince)));
        return old.isPresent();
    }

    /** The plugin is gone: its devices count as unhealthy. */
    boolean gone(String resource, DevicePlugin plugin, Instant now) {
        Optional<Resource> old = of(resource, plugin);
        old.ifPresent(r -> {
            Map<String, Device> unhealthy = new HashMap<>();
            r.devices.forEach((id, d) -> unhealthy.put(id, new Device(id, false, d.numaNodes())));
            byName.put(resource, new Resource(r.plugin, r.options, unhealthy, Optional.of(now)));
        });
        return old.isPresent();
    }

    /** The resource, if this is the plugin it has now. */
    private Optional<Resource> of(String resource, DevicePlugin plugin) {
        return get(resource).filter(r -> r.plugin.filter(plugin::equals).isPresent());
    }

    Optional<Resource> get(String resource) {
        return Optional.ofNullable(byName.get(resource));
    }

    Map<String, Resource> all() {
        return Map.copyOf(byName);
    }

    /** IDs of the healthy devices by resource, as the checkpoint has them. */
    Map<String, List<String>> registered() {
        Map<String, List<String>> result = new TreeMap<>();
        byName.forEach((name, r) -> result.put(name, r.healthy().stream().sorted().toList()));
        return result;
    }

    /** What the node shows; resources gone for too long are dropped and shown with 0 once. */
    DeviceResources resources(Instant now) {
        Map<String, Quantity> capacity = new LinkedHashMap<>();
        Map<String, Quantity> allocatable = new LinkedHashMap<>();
        Set<String> removed = new HashSet<>();
        byName.forEach((name, r) -> {
            if (r.goneSince.filter(t -> t.plus(STOPPED_FOR).isBefore(now)).isPresent()) {
                removed.add(name);
            } else {
                capacity.put(name, count(r.devices.size()));
                allocatable.put(name, count(r.healthy().size()));
            }
        });
        removed.forEach(byName::remove);
        return new DeviceResources(capacity, allocatable, removed);
    }

    private static Quantity count(int n) {
        return new Quantity(Integer.toString(n));
    }
}
