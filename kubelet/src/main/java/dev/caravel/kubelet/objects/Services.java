package dev.caravel.kubelet.objects;

import java.util.List;

/** The services this node knows, kept compact because a cluster may have very many. */
public interface Services {

    /** The services of a namespace that have a cluster IP; headless ones are left out. */
    List<ServiceAddress> forNamespace(String namespace);

    /**
     * Whether the first list from the API server has arrived. A pod from the API server must not
     * start before that, else it would miss {@code KUBERNETES_SERVICE_HOST}.
     */
    boolean synced();

    /** A node without API server: no services, nothing to wait for. */
    static Services none() {
        return new Services() {
            @Override
            public List<ServiceAddress> forNamespace(String namespace) {
                return List.of();
            }

            @Override
            public boolean synced() {
                return true;
            }
        };
    }
}
