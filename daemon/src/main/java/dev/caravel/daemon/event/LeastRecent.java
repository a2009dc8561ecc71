package dev.caravel.daemon.event;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of bounded size that forgets what was not used for longest. Not thread safe. */
final class LeastRecent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int limit;

    LeastRecent(int limit) {
        super(16, 0.75f, true);
        this.limit = limit;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > limit;
    }
}
