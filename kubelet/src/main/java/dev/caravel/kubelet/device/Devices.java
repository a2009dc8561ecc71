package dev.caravel.kubelet.device;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.device.Allocations.Place;
import dev.caravel.kubelet.node.DeviceResources;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of plugins and who has them. Devices are set aside when a pod is admitted, which
 * never waits; the plugin is asked for them on a thread of the pod's own, so that one that hangs
 * holds up no other pod, and the pod's containers wait for its answer.
 */
public final class Devices {

    private static final Logger log = LoggerFactory.getLogger(Devices.class);

    private final Path folder;
    private final Ticks ticks;
    private final Runnable changed;
    private final Consumer<String> poke;
    private final Inventory inventory = new Inventory();
    private final Allocations allocations = new Allocations();
    private final Map<String, CompletableFuture<Optional<String>>> asked =
            new ConcurrentHashMap<>();

    /**
     * @param folder {@code <root>/device-plugins}
     * @param changed told when the node's resources changed
     * @param poke told the UID of a pod whose plugins have answered
     */
    public Devices(Path folder, Ticks ticks, Runnable changed, Consumer<String> poke) {
        this.folder = folder;
        this.ticks = ticks;
        this.changed = changed;
        this.poke = poke;
    }

    /** Takes over what the kubelet before wrote down; a broken file is told of and left aside. */
    public synchronized void restore() {
        try {
            Optional<DeviceCheckpoint> read = DeviceCheckpoint.read(folder);
            if (read.isEmpty()) {
                return;
            }
            read.get().registered().keySet().forEach(r -> inventory.restore(r, ticks.now()));
            for (DeviceCheckpoint.Entry e : read.get().entries()) {
                allocations.put(new Place(e.podUid(), e.container(), e.resource()), e.allocation());
            }
            log.info("Devices of {} containers are known from before", read.get().entries().size());
        } catch (IOException e) {
            log.error(
                    "Reading which containers have which devices: {}. Going on without it: devices of"
                            + " running containers may be given away again.",
                    e.getMessage());
        }
    }

    void connected(String resource, DevicePlugin plugin, DevicePlugin.Options options) {
        Optional<DevicePlugin> old;
        synchronized (this) {
            old = inventory.connected(resource, plugin, options);
        }
        old.filter(p -> !p.equals(plugin)).ifPresent(DevicePlugin::close);
    }

    void listed(String resource, DevicePlugin plugin, List<Device> devices) {
        synchronized (this) {
            if (!inventory.listed(resource, plugin, devices)) {
                return;
            }
            save();
        }
        log.info("Resource {} has {} devices", resource, devices.size());
        changed.run();
    }

    void gone(String resource, DevicePlugin plugin) {
        synchronized (this) {
            if (!inventory.gone(resource, plugin, ticks.now())) {
                return;
            }
            save();
        }
        changed.run();
    }

    /** What the node shows. */
    public synchronized DeviceResources resources() {
        DeviceResources resources = inventory.resources(ticks.now());
        if (!resources.removed().isEmpty()) {
            save();
        }
        return resources;
    }

    /**
     * Sets aside what the pod needs and begins to ask the plugins for it.
     *
     * @param runs whether a container of the pod, by name, already runs, as after a restart of the
     *     kubelet: it has what it needs
     * @param active UIDs of the pods that may have devices; empty while that is not known
     * @return why it cannot be had; empty if all is well
     */
    public Optional<String> admit(Pod pod, Predicate<String> runs, Optional<Set<String>> active) {
        String uid = pod.getMetadata().getUid();
        List<Place> toAsk;
        synchronized (this) {
            active.ifPresent(this::releaseOthers);
            try {
                toAsk = reserve(pod, runs);
            } catch (DeviceException e) {
                // What the pod had before stays: it may be all that is known of it.
                allocations.unreserve(uid);
                return Optional.of(e.text());
            }
        }
        if (!toAsk.isEmpty()) {
            CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
            asked.put(uid, answer);
            NamedThreads.start("devices/" + uid, () -> ask(uid, toAsk, answer));
        }
        return Optional.empty();
    }

    /** Why the pod cannot have its devices, once its plugins have said so. */
    public Optional<String> refusal(String podUid) {
        CompletableFuture<Optional<String>> answer = asked.get(podUid);
        return answer != null && answer.isDone() ? answer.join() : Optional.empty();
    }

    private void releaseOthers(Set<String> active) {
        boolean any = false;
        for (String uid : allocations.pods()) {
            if (!active.contains(uid)) {
                any |= allocations.release(uid);
            }
        }
        if (any) {
            save();
        }
    }

    private List<Place> reserve(Pod pod, Predicate<String> runs) throws DeviceException {
        List<Place> toAsk = new ArrayList<>();
        Map<String, Set<String>> reusable = new LinkedHashMap<>();
        List<PodContainer> containers = new ArrayList<>(PodContainer.inits(pod));
        containers.addAll(PodContainer.regular(pod));
        for (PodContainer c : containers) {
            for (Map.Entry<String, Quantity> limit : limits(c).entrySet()) {
                String resource = limit.getKey();
                if (inventory.get(resource).isEmpty() && !allocations.knows(resource)) {
                    continue;
                }
                Place key = new Place(pod.getMetadata().getUid(), c.name(), resource);
                Set<String> again = reusable.computeIfAbsent(resource, _ -> new HashSet<>());
                int needed = limit.getValue().getNumericalAmount().intValue();
                if (reserve(key, needed, again, runs)) {
                    toAsk.add(key);
                }
                if (c.kind() == ContainerKind.INIT) {
                    again.addAll(allocations.ids(key));
                } else {
                    again.removeAll(allocations.ids(key));
                }
            }
        }
        return toAsk;
    }

    private static Map<String, Quantity> limits(PodContainer c) {
        return c.spec().getResources() == null || c.spec().getResources().getLimits() == null
                ? Map.of()
                : c.spec().getResources().getLimits();
    }

    /** Returns whether the plugin has to be asked. */
    private boolean reserve(Place key, int needed, Set<String> reusable, Predicate<String> runs)
            throws DeviceException {
        Optional<Inventory.Resource> resource = inventory.get(key.resource());
        Set<String> healthy = resource.map(Inventory.Resource::healthy).orElse(Set.of());
        Set<String> before = allocations.ids(key);
        if (!before.isEmpty() && before.size() != needed) {
            throw new DeviceException(
                    "pod \"%s\" container \"%s\" changed request for resource \"%s\" from %d to %d"
                            .formatted(
                                    key.podUid(),
                                    key.container(),
                                    key.resource(),
                                    before.size(),
                                    needed));
        }
        if (runs.test(key.container()) || needed == 0) {
            return false;
        }
        DeviceChoice.check(key.resource(), resource.isPresent(), healthy, before);
        if (!before.isEmpty()) {
            return false;
        }
        Set<String> chosen =
                DeviceChoice.choose(
                        key.resource(),
                        needed,
                        healthy,
                        allocations.used(key.resource()),
                        reusable);
        allocations.reserve(key, chosen);
        return true;
    }

    private void ask(String uid, List<Place> keys, CompletableFuture<Optional<String>> answer) {
        Optional<String> refusal = Optional.empty();
        try {
            for (Place key : keys) {
                ask(key);
            }
        } catch (DeviceException e) {
            refusal = Optional.of(e.text());
        } catch (InterruptedException e) {
            refusal = Optional.of("interrupted");
        } catch (RuntimeException e) {
            log.error("Asking plugins for devices of pod {} failed", uid, e);
            refusal = Optional.of(e.toString());
        }
        synchronized (this) {
            if (refusal.isPresent()) {
                allocations.release(uid);
            }
            save();
        }
        answer.complete(refusal);
        poke.accept(uid);
    }

    private void ask(Place key) throws DeviceException, InterruptedException {
        Inventory.Resource resource;
        synchronized (this) {
            resource = inventory.get(key.resource()).orElse(Inventory.UNKNOWN);
        }
        DevicePlugin plugin =
                resource.plugin()
                        .orElseThrow(() ->
                                new DeviceException("unknown Device Plugin " + key.resource()));
        if (resource.options().preferred()) {
            prefer(key, plugin);
        }
        Set<String> ids;
        synchronized (this) {
            ids = new TreeSet<>(allocations.ids(key));
        }
        ContainerAllocateResponse response = plugin.allocate(ids);
        synchronized (this) {
            Map<String, Device> known =
                    inventory.get(key.resource()).orElse(Inventory.UNKNOWN).devices();
            // Released while the plugin was thinking: the pod is gone.
            if (allocations.has(key)) {
                allocations.put(key, new Allocation(Allocation.byNode(ids, known), response));
            }
        }
    }

    /** Lets the plugin choose among what is free, as long as others have not taken it. */
    private void prefer(Place key, DevicePlugin plugin)
            throws DeviceException, InterruptedException {
        Set<String> available;
        int size;
        synchronized (this) {
            available = free(key);
            size = allocations.ids(key).size();
        }
        if (available.size() <= size) {
            return;
        }
        Set<String> preferred = plugin.preferred(available, Set.of(), size);
        synchronized (this) {
            Set<String> mine = allocations.ids(key);
            Set<String> free = free(key);
            Set<String> chosen = new TreeSet<>();
            for (Set<String> from : List.of(new TreeSet<>(preferred), new TreeSet<>(mine))) {
                for (String id : from) {
                    if (chosen.size() < size && free.contains(id)) {
                        chosen.add(id);
                    }
                }
            }
            if (chosen.size() == size) {
                allocations.reserve(key, chosen);
            }
        }
    }

    /** Healthy, and nobody else's. */
    private Set<String> free(Place key) {
        Set<String> free =
                new TreeSet<>(inventory.get(key.resource()).orElse(Inventory.UNKNOWN).healthy());
        free.removeAll(allocations.used(key.resource()));
        free.addAll(allocations.ids(key));
        return free;
    }

    /**
     * What a container gets for its devices. Waits for the plugins' answer and lets them prepare
     * the devices where they ask for it; called before each start of the container.
     */
    public ContainerDevices of(Pod pod, String container)
            throws DeviceException, InterruptedException {
        String uid = pod.getMetadata().getUid();
        CompletableFuture<Optional<String>> answer = asked.get(uid);
        if (answer != null) {
            Optional<String> refusal = await(answer);
            if (refusal.isPresent()) {
                throw new DeviceException(refusal.get());
            }
        }
        Map<String, Allocation> mine;
        synchronized (this) {
            mine = allocations.of(uid, container);
        }
        for (Map.Entry<String, Allocation> e : mine.entrySet()) {
            preStart(e.getKey(), e.getValue());
        }
        return mine.isEmpty() ? ContainerDevices.NONE : ContainerDevices.of(mine.values());
    }

    private static Optional<String> await(CompletableFuture<Optional<String>> answer)
            throws InterruptedException, DeviceException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new DeviceException("asking device plugins failed: " + e.getCause(), e);
        }
    }

    private void preStart(String name, Allocation allocation)
            throws DeviceException, InterruptedException {
        Inventory.Resource resource;
        synchronized (this) {
            resource = inventory.get(name).orElse(Inventory.UNKNOWN);
        }
        if (resource.plugin().isPresent() && resource.options().preStart()) {
            try {
                resource.plugin().get().preStart(allocation.ids());
            } catch (DeviceException e) {
                throw new DeviceException(
                        "device plugin PreStartContainer rpc failed with err: " + e.text(), e);
            }
        }
    }

    /** Nobody asks about the pod any more; what it has stays its own. */
    public void forget(String podUid) {
        asked.remove(podUid);
    }

    /** Nothing of the pod runs any more. */
    public synchronized void release(String podUid) {
        if (allocations.release(podUid)) {
            save();
        }
    }

    /**
     * What the node has for a pod that has devices already, at least what pods have: right after a
     * start of the kubelet their plugins are not back, and the node shows nothing to give.
     */
    public synchronized Map<String, Quantity> raised(
            Map<String, Quantity> allocatable, String podUid) {
        if (!allocations.hasPod(podUid)) {
            return allocatable;
        }
        Map<String, Quantity> raised = new LinkedHashMap<>(allocatable);
        for (String resource : allocations.resources()) {
            int used = allocations.used(resource).size();
            Quantity shown = allocatable.get(resource);
            if (shown == null || shown.getNumericalAmount().intValue() < used) {
                raised.put(resource, new Quantity(Integer.toString(used)));
            }
        }
        return raised;
    }

    /** A container's devices: IDs by NUMA node, by resource. */
    public synchronized Map<String, Map<Long, List<String>>> assigned(
            String podUid, String container) {
        Map<String, Map<Long, List<String>>> result = new LinkedHashMap<>();
        allocations.of(podUid, container).forEach((r, a) -> result.put(r, a.byNode()));
        return result;
    }

    /** CDI names of a container's devices by resource. */
    public synchronized Map<String, List<String>> cdiNames(String podUid, String container) {
        Map<String, List<String>> result = new LinkedHashMap<>();
        allocations
                .of(podUid, container)
                .forEach((r, a) -> result.put(r, ContainerDevices.of(List.of(a)).cdiDevices()));
        return result;
    }

    /** The healthy devices of each resource. */
    public synchronized Map<String, List<Device>> healthy() {
        Map<String, List<Device>> result = new LinkedHashMap<>();
        inventory
                .all()
                .forEach((name, r) ->
                        result.put(
                                name,
                                r.devices().values().stream().filter(Device::healthy).toList()));
        return result;
    }

    private void save() {
        try {
            new DeviceCheckpoint(allocations.entries(), inventory.registered()).write(folder);
        } catch (IOException e) {
            log.error(
                    "Writing which containers have which devices to {}: {}. It is tried again at the"
                            + " next change.",
                    folder,
                    e.toString());
        }
    }
}
