package dev.caravel.proxy.server;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.apply.FamilySync;
import dev.caravel.proxy.apply.SyncLoop;
import dev.caravel.proxy.health.ProxyHealth;
import dev.caravel.proxy.metrics.ProxyMetrics;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServiceTable;
import dev.caravel.proxy.watch.FamilyEntries;
import dev.caravel.proxy.watch.FamilySlice;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The address families served: what the watches tell goes into each one's table and wakes its loop.
 * Before Services and slices are both known nothing is synchronized, or their traffic would be
 * rejected for a moment.
 */
public final class Families implements AutoCloseable {
    /** One family at work. */
    public record Family(ServiceTable table, FamilySync sync, SyncLoop loop) {}

    private final Map<IpFamily, Family> families = new EnumMap<>(IpFamily.class);
    private final ProxyHealth health;
    private final ProxyMetrics metrics;
    private final Ticks ticks;
    private boolean servicesKnown;
    private boolean slicesKnown;

    /** No families yet. */
    public Families(ProxyHealth health, ProxyMetrics metrics, Ticks ticks) {
        this.health = health;
        this.metrics = metrics;
        this.ticks = ticks;
    }

    /** Adds a family before the watches begin. */
    public synchronized void add(IpFamily family, Family parts) {
        families.put(family, parts);
        health.updated(family);
    }

    private void request(IpFamily family, Family parts) {
        health.queued(family);
        metrics.queued(family, ticks.now());
        if (servicesKnown && slicesKnown) {
            parts.loop.request();
        }
    }

    /** A Service is new or has changed. */
    public synchronized void put(ServiceKey key, FamilyEntries entries) {
        families.forEach((family, parts) -> {
            boolean changed =
                    entries.of(family)
                            .map(parts.table::put)
                            .orElseGet(() -> parts.table.remove(key));
            if (changed) {
                request(family, parts);
            }
        });
    }

    /** A Service is gone. */
    public synchronized void remove(ServiceKey key) {
        families.forEach((family, parts) -> {
            if (parts.table.remove(key)) {
                request(family, parts);
            }
        });
    }

    /** A slice is new or has changed. */
    public synchronized void put(FamilySlice slice) {
        Optional.ofNullable(families.get(slice.family()))
                .filter(parts -> parts.table.put(slice.slice()))
                .ifPresent(parts -> request(slice.family(), parts));
    }

    /** A slice is gone. */
    public synchronized void remove(FamilySlice slice) {
        Optional.ofNullable(families.get(slice.family()))
                .filter(parts ->
                        parts.table.removeSlice(slice.slice().service(), slice.slice().name()))
                .ifPresent(parts -> request(slice.family(), parts));
    }

    /** All Services there are have been told. */
    public synchronized void servicesKnown() {
        servicesKnown = true;
        begin();
    }

    /** All slices there are have been told. */
    public synchronized void slicesKnown() {
        slicesKnown = true;
        begin();
    }

    private void begin() {
        if (servicesKnown && slicesKnown) {
            families.forEach(this::request);
        }
    }

    /** Cluster addresses are given from these ranges. */
    public synchronized void serviceCidrs(List<IpPrefix> cidrs) {
        families.forEach((family, parts) -> {
            parts.sync.serviceCidrs(
                    cidrs.stream().filter(cidr -> cidr.family() == family).toList());
            request(family, parts);
        });
    }

    /** Which endpoints are near may have changed. */
    public synchronized void topologyChanged() {
        families.forEach((family, parts) -> {
            parts.table.markAll();
            health.queued(family);
            if (servicesKnown && slicesKnown) {
                parts.loop.requestFull();
            }
        });
    }

    /** Ends the loops; rules stay in the kernel. */
    @Override
    public void close() {
        families.values().forEach(parts -> parts.loop.close());
    }
}
