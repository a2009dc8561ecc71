package dev.caravel.kubelet.device;

import java.util.Set;
import java.util.TreeSet;

/** Which devices a container gets, decided from what there is. Messages are upstream's. */
final class DeviceChoice {

    private DeviceChoice() {}

    /** Whether the resource can serve anybody, and the devices chosen before are still good. */
    static void check(String resource, boolean registered, Set<String> healthy, Set<String> before)
            throws DeviceException {
        if (!registered) {
            throw new DeviceException("cannot allocate unregistered device " + resource);
        }
        if (healthy.isEmpty()) {
            throw new DeviceException(
                    "no healthy devices present; cannot allocate unhealthy devices " + resource);
        }
        if (!healthy.containsAll(before)) {
            throw new DeviceException(
                    "previously allocated devices are no longer healthy; cannot allocate unhealthy"
                            + " devices "
                            + resource);
        }
    }

    /**
     * Chooses devices: those of the pod's init containers first, then free ones in order of their
     * names.
     *
     * @param used what containers have, of this pod and others
     * @param reusable what init containers of the pod leave behind
     */
    static Set<String> choose(
            String resource,
            int needed,
            Set<String> healthy,
            Set<String> used,
            Set<String> reusable)
            throws DeviceException {
        Set<String> chosen = new TreeSet<>();
        take(new TreeSet<>(reusable), needed, chosen);
        Set<String> free = new TreeSet<>(healthy);
        free.removeAll(used);
        free.removeAll(chosen);
        if (free.size() < needed - chosen.size()) {
            throw new DeviceException(
                    "requested number of devices unavailable for %s. Requested: %d, Available: %d"
                            .formatted(resource, needed - chosen.size(), free.size()));
        }
        take(free, needed, chosen);
        return chosen;
    }

    private static void take(Set<String> from, int needed, Set<String> chosen) {
        for (String id : from) {
            if (chosen.size() < needed) {
                chosen.add(id);
            }
        }
    }
}
