package dev.caravel.kubelet.stats;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * CPU rates from two readings: the one of this request and the one of an earlier request. Groups
 * that no longer appear are forgotten, so this never holds more than the last snapshot.
 */
final class CpuRates {
    /** Closer readings say more about the clock of the kernel than about the group. */
    private static final long MIN_NANOS = 100_000_000;

    private record Sample(long atNanos, long cpuNanos, OptionalLong rate) {}

    private Map<String, Sample> last = new HashMap<>();
    private Map<String, Sample> now = new HashMap<>();

    /** Whether the group has been read before, so that a rate can be told now. */
    synchronized boolean knows(String path) {
        return last.containsKey(path);
    }

    /**
     * Takes a reading.
     *
     * @param atNanos monotonic time
     * @return billionths of a core since the reading before; empty for the first one, or when the
     *     group was made anew
     */
    synchronized OptionalLong rate(String path, long atNanos, long cpuNanos) {
        Sample before = last.get(path);
        Sample sample;
        if (before == null || cpuNanos < before.cpuNanos) {
            sample = new Sample(atNanos, cpuNanos, OptionalLong.empty());
        } else if (atNanos - before.atNanos < MIN_NANOS) {
            sample = before;
        } else {
            double cores = (double) (cpuNanos - before.cpuNanos) / (atNanos - before.atNanos);
            sample = new Sample(atNanos, cpuNanos, OptionalLong.of(Math.round(cores * 1e9)));
        }
        now.put(path, sample);
        return sample.rate;
    }

    /** Ends a snapshot: what it did not show is forgotten. */
    synchronized void endSnapshot() {
        last = now;
        now = new HashMap<>();
    }
}
