package dev.caravel.proxy.apply;

import dev.caravel.proxy.table.EndpointLists;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServicePort;
import dev.caravel.proxy.table.ServiceView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts service ports whose local traffic policy finds no endpoint on this node though there are
 * some elsewhere: their traffic is dropped, which people like to know.
 */
final class LocalPolicyGaps {
    private record Gaps(int internal, int external) {}

    private final Map<ServiceKey, Gaps> gaps = new HashMap<>();
    private int internal;
    private int external;

    /** Takes the newest view of a service; empty when it is gone. */
    void update(ServiceKey key, Optional<ServiceView> view) {
        Gaps now = view.map(LocalPolicyGaps::count).orElse(new Gaps(0, 0));
        Gaps old = gaps.remove(key);
        internal += now.internal - (old == null ? 0 : old.internal);
        external += now.external - (old == null ? 0 : old.external);
        if (now.internal + now.external > 0) {
            gaps.put(key, now);
        }
    }

    private static Gaps count(ServiceView view) {
        ServiceEntry service = view.service();
        int internal = 0;
        int external = 0;
        for (int i = 0; i < service.ports().size(); i++) {
            ServicePort port = service.ports().get(i);
            EndpointLists lists = view.endpoints().get(i);
            if (lists.any() && lists.local().isEmpty()) {
                internal += service.internalLocal() ? 1 : 0;
                external += service.externalLocal() && service.externallyAccessible(port) ? 1 : 0;
            }
        }
        return new Gaps(internal, external);
    }

    int internal() {
        return internal;
    }

    int external() {
        return external;
    }
}
