package dev.caravel.proxy.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One Service with the endpoints chosen for each of its ports: all that the rules of the service
 * depend on. Two equal views have equal rules.
 *
 * @param endpoints in the order of {@code service.ports()}
 */
public record ServiceView(ServiceEntry service, List<EndpointLists> endpoints) {
    public ServiceView {
        endpoints = List.copyOf(endpoints);
        if (endpoints.size() != service.ports().size()) {
            throw new IllegalArgumentException(
                    endpoints.size() + " endpoint lists for the ports of " + service.key());
        }
    }

    /** The same service with each endpoint where it was before, as far as possible. */
    public ServiceView arrangedLike(Optional<ServiceView> before) {
        if (before.isEmpty()) {
            return this;
        }
        ServiceView old = before.get();
        Map<String, EndpointLists> byPort =
                IntStream.range(0, old.endpoints.size())
                        .boxed()
                        .collect(
                                Collectors.toMap(
                                        i -> identity(old.service.ports().get(i)),
                                        old.endpoints::get,
                                        (first, second) -> first));
        List<EndpointLists> arranged = new ArrayList<>(endpoints.size());
        for (int i = 0; i < endpoints.size(); i++) {
            EndpointLists previous = byPort.get(identity(service.ports().get(i)));
            arranged.add(
                    previous == null ? endpoints.get(i) : endpoints.get(i).arrangedLike(previous));
        }
        return new ServiceView(service, arranged);
    }

    private static String identity(ServicePort port) {
        return port.protocol() + "/" + port.name();
    }
}
