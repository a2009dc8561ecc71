package dev.caravel.kubelet.agent;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.kubelet.objects.ServiceAddress;
import dev.caravel.kubelet.objects.Services;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The cluster's services as environment variables need them: address and ports, nothing else is
 * kept.
 */
final class WatchedServices implements Services, AutoCloseable {

    private final Map<String, Map<String, ServiceAddress>> byNamespace = new ConcurrentHashMap<>();
    private final Watched<ServiceAddress> watched;

    WatchedServices(ApiClient api) {
        WatchSpec<Service, ServiceAddress> spec =
                WatchSpec.of("services", Service.class, "/api/v1/services")
                        .keeping(WatchedServices::address);
        watched = api.watch(spec, new Listener());
    }

    private final class Listener implements WatchListener<ServiceAddress> {
        @Override
        public void onPut(String key, ServiceAddress value) {
            byNamespace
                    .computeIfAbsent(value.namespace(), _ -> new ConcurrentHashMap<>())
                    .put(value.name(), value);
        }

        @Override
        public void onRemove(String key, ServiceAddress last) {
            Map<String, ServiceAddress> all = byNamespace.get(last.namespace());
            if (all != null) {
                all.remove(last.name());
            }
        }
    }

    private static Optional<ServiceAddress> address(Service s) {
        String ip = s.getSpec() == null ? null : s.getSpec().getClusterIP();
        if (ip == null || ip.isEmpty() || ip.equals("None") || s.getSpec().getPorts().isEmpty()) {
            return Optional.empty();
        }
        List<ServiceAddress.ServicePort> ports =
                s.getSpec().getPorts().stream()
                        .map(p ->
                                new ServiceAddress.ServicePort(
                                        Optional.ofNullable(p.getName()).orElse(""),
                                        Optional.ofNullable(p.getProtocol()).orElse("TCP"),
                                        p.getPort()))
                        .toList();
        return Optional.of(
                new ServiceAddress(
                        s.getMetadata().getNamespace(), s.getMetadata().getName(), ip, ports));
    }

    @Override
    public List<ServiceAddress> forNamespace(String namespace) {
        return List.copyOf(byNamespace.getOrDefault(namespace, Map.of()).values());
    }

    @Override
    public boolean synced() {
        return watched.synced();
    }

    @Override
    public void close() {
        watched.close();
    }
}
