package dev.caravel.proxy.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Services and their slices of one address family as last heard from the API server. The watches
 * write, the dataplane takes what has changed. Safe for several threads.
 */
public final class ServiceTable {
    /** Everything about one service; either part may come first. */
    private static final class Row {
        private @Nullable ServiceEntry service;
        private List<SliceEntry> slices = List.of();
    }

    /**
     * What has changed since it was last asked.
     *
     * @param services whose rules may differ now
     * @param triggers when the endpoint changes among them began
     */
    public record Changes(
            Set<ServiceKey> services,
            List<Instant> triggers,
            int serviceChanges,
            int endpointChanges) {
        /** Whether nothing has. */
        public boolean isEmpty() {
            return services.isEmpty();
        }
    }

    private final Map<ServiceKey, Row> rows = new HashMap<>();
    private Set<ServiceKey> dirty = new HashSet<>();
    private List<Instant> triggers = new ArrayList<>();
    private int serviceChanges;
    private int endpointChanges;
    private int services;

    /**
     * A Service is new or has changed.
     *
     * @return false when it says the same as before
     */
    public synchronized boolean put(ServiceEntry entry) {
        Row row = rows.computeIfAbsent(entry.key(), key -> new Row());
        if (entry.equals(row.service)) {
            return false;
        }
        services += row.service == null ? 1 : 0;
        row.service = entry;
        serviceChanges++;
        dirty.add(entry.key());
        return true;
    }

    /**
     * A Service is gone, or no longer for this proxy.
     *
     * @return false when it was not known
     */
    public synchronized boolean remove(ServiceKey key) {
        Row row = rows.get(key);
        if (row == null || row.service == null) {
            return false;
        }
        row.service = null;
        services--;
        serviceChanges++;
        forget(key, row);
        dirty.add(key);
        return true;
    }

    /**
     * A slice is new or has changed.
     *
     * @return false when it says the same as before
     */
    public synchronized boolean put(SliceEntry slice) {
        Row row = rows.computeIfAbsent(slice.service(), key -> new Row());
        List<SliceEntry> slices = new ArrayList<>(row.slices);
        int at = indexOf(slices, slice.name());
        if (at >= 0 && slices.get(at).sameContent(slice)) {
            return false;
        }
        if (at >= 0) {
            slices.set(at, slice);
        } else {
            slices.add(slice);
            slices.sort(Comparator.comparing(SliceEntry::name));
        }
        row.slices = List.copyOf(slices);
        endpointChanges++;
        slice.triggeredAt().ifPresent(triggers::add);
        dirty.add(slice.service());
        return true;
    }

    /**
     * A slice is gone.
     *
     * @return false when it was not known
     */
    public synchronized boolean removeSlice(ServiceKey service, String name) {
        Row row = rows.get(service);
        int at = row == null ? -1 : indexOf(row.slices, name);
        if (row == null || at < 0) {
            return false;
        }
        List<SliceEntry> slices = new ArrayList<>(row.slices);
        slices.remove(at);
        row.slices = List.copyOf(slices);
        endpointChanges++;
        forget(service, row);
        dirty.add(service);
        return true;
    }

    private void forget(ServiceKey key, Row row) {
        if (row.service == null && row.slices.isEmpty()) {
            rows.remove(key);
        }
    }

    private static int indexOf(List<SliceEntry> slices, String name) {
        for (int i = 0; i < slices.size(); i++) {
            if (slices.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Everything may differ now: this node's zone has changed, or the kernel's state is lost. */
    public synchronized void markAll() {
        dirty.addAll(rows.keySet());
    }

    /** Hands over what has changed and begins to collect anew. */
    public synchronized Changes takeChanges() {
        Changes taken = new Changes(dirty, triggers, serviceChanges, endpointChanges);
        dirty = new HashSet<>();
        triggers = new ArrayList<>();
        serviceChanges = 0;
        endpointChanges = 0;
        return taken;
    }

    /** How many changes of Services wait to be taken. */
    public synchronized int pendingServiceChanges() {
        return serviceChanges;
    }

    /** How many changes of slices wait to be taken. */
    public synchronized int pendingEndpointChanges() {
        return endpointChanges;
    }

    /** The service with its endpoints chosen; empty when there is no such Service. */
    public synchronized Optional<ServiceView> view(ServiceKey key, NodeFacts node) {
        Row row = rows.get(key);
        if (row == null || row.service == null) {
            return Optional.empty();
        }
        List<EndpointLists> lists = new ArrayList<>(row.service.ports().size());
        for (ServicePort port : row.service.ports()) {
            lists.add(EndpointChoice.choose(row.service, port, row.slices, node));
        }
        return Optional.of(new ServiceView(row.service, lists));
    }

    /** The slices of a service. */
    public synchronized List<SliceEntry> slices(ServiceKey key) {
        Row row = rows.get(key);
        return row == null ? List.of() : row.slices;
    }

    /** The Service itself. */
    public synchronized Optional<ServiceEntry> service(ServiceKey key) {
        Row row = rows.get(key);
        return row == null ? Optional.empty() : Optional.ofNullable(row.service);
    }

    /** Every Service known. */
    public synchronized List<ServiceKey> keys() {
        List<ServiceKey> keys = new ArrayList<>(services);
        rows.forEach((key, row) -> {
            if (row.service != null) {
                keys.add(key);
            }
        });
        return keys;
    }

    /** Number of Services. */
    public synchronized int size() {
        return services;
    }
}
