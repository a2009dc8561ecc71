package dev.caravel.kubelet.device;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which container has which devices, and which are spoken for while their plugin is asked. Not
 * thread safe: {@link Devices} guards it.
 */
final class Allocations {

    private final Map<Place, Allocation> made = new TreeMap<>();
    private final Map<Place, Set<String>> reserved = new TreeMap<>();

    /** A container and a resource of it. */
    record Place(String podUid, String container, String resource) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byPod = podUid.compareTo(other.podUid);
            int byContainer = byPod != 0 ? byPod : container.compareTo(other.container);
            return byContainer != 0 ? byContainer : resource.compareTo(other.resource);
        }
    }

    Optional<Allocation> get(Place key) {
        return Optional.ofNullable(made.get(key));
    }

    /** Made or spoken for. */
    Set<String> ids(Place key) {
        Allocation a = made.get(key);
        return a != null ? a.ids() : reserved.getOrDefault(key, Set.of());
    }

    boolean has(Place key) {
        return made.containsKey(key) || reserved.containsKey(key);
    }

    boolean hasPod(String uid) {
        return made.keySet().stream().anyMatch(k -> k.podUid.equals(uid))
                || reserved.keySet().stream().anyMatch(k -> k.podUid.equals(uid));
    }

    boolean knows(String resource) {
        return made.keySet().stream().anyMatch(k -> k.resource.equals(resource));
    }

    void reserve(Place key, Set<String> ids) {
        reserved.put(key, new TreeSet<>(ids));
    }

    void put(Place key, Allocation allocation) {
        reserved.remove(key);
        made.put(key, allocation);
    }

    /** Returns whether there was anything. */
    boolean release(String podUid) {
        boolean any = made.keySet().removeIf(k -> k.podUid.equals(podUid));
        return reserved.keySet().removeIf(k -> k.podUid.equals(podUid)) || any;
    }

    /** Gives back what is spoken for and not made. */
    void unreserve(String podUid) {
        reserved.keySet().removeIf(k -> k.podUid.equals(podUid));
    }

    Set<String> resources() {
        Set<String> names = new TreeSet<>();
        made.keySet().forEach(k -> names.add(k.resource));
        return names;
    }

    Set<String> pods() {
        Set<String> uids = new TreeSet<>();
        made.keySet().forEach(k -> uids.add(k.podUid));
        reserved.keySet().forEach(k -> uids.add(k.podUid));
        return uids;
    }

    /** IDs of the resource that any container has or is about to get. */
    Set<String> used(String resource) {
        Set<String> ids = new HashSet<>();
        made.forEach((k, a) -> {
            if (k.resource.equals(resource)) {
                ids.addAll(a.ids());
            }
        });
        reserved.forEach((k, r) -> {
            if (k.resource.equals(resource)) {
                ids.addAll(r);
            }
        });
        return ids;
    }

    /** What a container has, by resource. */
    Map<String, Allocation> of(String podUid, String container) {
        Map<String, Allocation> result = new TreeMap<>();
        made.forEach((k, a) -> {
            if (k.podUid.equals(podUid) && k.container.equals(container)) {
                result.put(k.resource, a);
            }
        });
        return result;
    }

    List<DeviceCheckpoint.Entry> entries() {
        List<DeviceCheckpoint.Entry> entries = new ArrayList<>();
        made.forEach((k, a) ->
                entries.add(DeviceCheckpoint.Entry.of(k.podUid, k.container, k.resource, a)));
        return entries;
    }
}
