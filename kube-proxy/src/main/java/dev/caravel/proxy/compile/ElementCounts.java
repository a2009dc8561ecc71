package dev.caravel.proxy.compile;

import dev.caravel.linux.netlink.nft.NftData;
import java.util.HashMap;
import java.util.Map;

/**
 * How many services need an element that several may need: the first one adds it, the last one
 * removes it. One service counts once however many of its ports need it.
 */
public final class ElementCounts {
    private final Map<String, Map<NftData, Integer>> counts = new HashMap<>();

    /** One more needs it; true when it is the first. */
    boolean acquire(String set, NftData key) {
        return counts.computeIfAbsent(set, name -> new HashMap<>()).merge(key, 1, Integer::sum)
                == 1;
    }

    /** One less needs it; true when it was the last. */
    boolean release(String set, NftData key) {
        Map<NftData, Integer> keys = counts.getOrDefault(set, new HashMap<>());
        Integer left = keys.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
        return left == null;
    }

    /** Counts what a service needs without asking who was first. */
    public void acquireAll(Ruleset service) {
        for (String set : service.setsWithElements()) {
            if (Layout.counted(set)) {
                service.elements(set).keySet().forEach(key -> acquire(set, key));
            }
        }
    }

    /** Forgets everything. */
    public void clear() {
        counts.clear();
    }
}
