package dev.caravel.proxy.health;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Healthy as long as no change has waited too long to be synchronized (kube-proxy.md §9.2). Safe
 * for several threads.
 */
public final class ProxyHealth {
    private static final class Family {
        private Optional<Long> waitingSince = Optional.empty();
        private Optional<Instant> lastUpdated = Optional.empty();
    }

    /**
     * One family's state.
     *
     * @param lastUpdated when it was last in sync
     */
    public record FamilyState(Instant lastUpdated, boolean healthy) {}

    /**
     * The state of all families.
     *
     * @param healthy all are
     * @param lastUpdated newest success; empty before the first
     * @param families those that have been in sync once
     */
    public record State(
            boolean healthy,
            Instant now,
            Optional<Instant> lastUpdated,
            Map<IpFamily, FamilyState> families) {}

    private final Map<IpFamily, Family> families = new EnumMap<>(IpFamily.class);
    private final Duration timeout;
    private final Ticks ticks;

    /**
     * A healthy proxy.
     *
     * @param timeout how long a change may wait: twice the sync period
     */
    public ProxyHealth(Duration timeout, Ticks ticks) {
        this.timeout = timeout;
        this.ticks = ticks;
        for (IpFamily family : IpFamily.values()) {
            families.put(family, new Family());
        }
    }

    private Family of(IpFamily family) {
        return families.computeIfAbsent(family, f -> new Family());
    }

    /** A change waits to be synchronized. */
    public synchronized void queued(IpFamily family) {
        Family state = of(family);
        if (state.waitingSince.isEmpty()) {
            state.waitingSince = Optional.of(ticks.nanos());
        }
    }

    /** Everything is in sync. */
    public synchronized void updated(IpFamily family) {
        Family state = of(family);
        state.waitingSince = Optional.empty();
        state.lastUpdated = Optional.of(ticks.now());
    }

    /** The state now. */
    public synchronized State state() {
        Map<IpFamily, FamilyState> states = new EnumMap<>(IpFamily.class);
        boolean healthy = true;
        Optional<Instant> newest = Optional.empty();
        long now = ticks.nanos();
        for (Map.Entry<IpFamily, Family> entry : families.entrySet()) {
            Family family = entry.getValue();
            if (family.lastUpdated.isEmpty()) {
                continue;
            }
            Instant updated = family.lastUpdated.get();
            boolean late =
                    family.waitingSince
                            .filter(since -> now - since >= timeout.toNanos())
                            .isPresent();
            states.put(entry.getKey(), new FamilyState(updated, !late));
            healthy &= !late;
            if (newest.isEmpty() || updated.isAfter(newest.get())) {
                newest = Optional.of(updated);
            }
        }
        return new State(healthy, ticks.now(), newest, states);
    }
}
