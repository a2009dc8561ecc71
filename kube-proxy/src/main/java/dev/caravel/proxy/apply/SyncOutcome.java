package dev.caravel.proxy.apply;

import java.util.Map;

/**
 * What a synchronization came to.
 *
 * @param full whether everything was compared, not only what had changed
 * @param steps operations the kernel was given
 * @param services number of services now held
 * @param written rules written by table, where rules are counted
 */
public record SyncOutcome(boolean full, int steps, int services, Map<String, Integer> written) {
    public SyncOutcome {
        written = Map.copyOf(written);
    }
}
