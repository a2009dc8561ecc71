package dev.caravel.kubelet.server;

import dev.caravel.daemon.run.Ticks;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers answers for a while, at most so many; the least recently used go first. */
final class TtlCache<K, V> {

    private record Held<V>(V value, long until) {}

    private final Ticks ticks;
    private final LinkedHashMap<K, Held<V>> entries;

    TtlCache(int most, Ticks ticks) {
        this.ticks = ticks;
        this.entries =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<K, Held<V>> eldest) {
                        return size() > most;
                    }
                };
    }

    synchronized Optional<V> get(K key) {
        Held<V> e = entries.get(key);
        if (e == null) {
            return Optional.empty();
        }
        if (ticks.nanos() - e.until >= 0) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.of(e.value);
    }

    synchronized void put(K key, V value, Duration life) {
        if (!life.isZero() && !life.isNegative()) {
            entries.put(key, new Held<>(value, ticks.nanos() + life.toNanos()));
        }
    }
}
