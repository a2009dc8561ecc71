package dev.caravel.proxy.watch;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.SliceEndpoint;
import dev.caravel.proxy.table.SliceEntry;
import dev.caravel.proxy.table.SlicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.ForNode;
import io.fabric8.kubernetes.api.model.discovery.v1.ForZone;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** EndpointSlices to entries (kube-proxy.md §3.3). */
public final class SliceMapping {
    private static final Logger log = LoggerFactory.getLogger(SliceMapping.class);
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

    private final String nodeName;
    private final Complaints complaints;

    /** A mapping for the node of that name. */
    public SliceMapping(String nodeName, Complaints complaints) {
        this.nodeName = nodeName;
        this.complaints = complaints;
    }

    /** What is kept of a slice; empty when it belongs to no Service or has no addresses. */
    public Optional<FamilySlice> map(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        String service = labels == null ? null : labels.get(SERVICE_NAME);
        String namespace = slice.getMetadata().getNamespace();
        String name = slice.getMetadata().getName();
        if (service == null || service.isEmpty()) {
            log.warn(
                    "EndpointSlice {}/{} has no label {}; ignoring it",
                    namespace,
                    name,
                    SERVICE_NAME);
            return Optional.empty();
        }
        Optional<IpFamily> family = family(slice.getAddressType());
        if (family.isEmpty()) {
            // Names are allowed there, for others to read.
            log.error(
                    "EndpointSlice {}/{} has address type {}; ignoring it",
                    namespace,
                    name,
                    slice.getAddressType());
            return Optional.empty();
        }
        return Optional.of(
                new FamilySlice(
                        family.get(),
                        new SliceEntry(
                                new ServiceKey(namespace.intern(), service.intern()),
                                name,
                                ports(slice),
                                endpoints(slice, family.get()),
                                triggeredAt(slice))));
    }

    private void complain(EndpointSlice slice, String message) {
        complaints.about(
                "EndpointSlice",
                slice.getMetadata().getNamespace(),
                slice.getMetadata().getName(),
                message);
    }

    private static Optional<IpFamily> family(@Nullable String addressType) {
        return switch (addressType) {
            case "IPv4" -> Optional.of(IpFamily.IPV4);
            case "IPv6" -> Optional.of(IpFamily.IPV6);
            case null, default -> Optional.empty();
        };
    }

    private List<SlicePort> ports(EndpointSlice slice) {
        List<SlicePort> ports = new ArrayList<>();
        if (slice.getPorts() == null) {
            return ports;
        }
        for (EndpointPort port : slice.getPorts()) {
            Optional<Protocol> protocol =
                    Protocol.of(port.getProtocol() == null ? "TCP" : port.getProtocol());
            if (port.getName() == null
                    || port.getPort() == null
                    || port.getPort() == 0
                    || protocol.isEmpty()) {
                log.debug(
                        "EndpointSlice {}/{}: ignoring port {}",
                        slice.getMetadata().getNamespace(),
                        slice.getMetadata().getName(),
                        port);
                continue;
            }
            if (!ServiceMapping.isPort(port.getPort())) {
                complain(slice, "port " + port.getPort() + " is ignored: no such port");
                continue;
            }
            ports.add(new SlicePort(port.getName().intern(), protocol.get(), port.getPort()));
        }
        return ports;
    }

    private List<SliceEndpoint> endpoints(EndpointSlice slice, IpFamily family) {
        List<SliceEndpoint> endpoints = new ArrayList<>();
        if (slice.getEndpoints() == null) {
            return endpoints;
        }
        for (Endpoint endpoint : slice.getEndpoints()) {
            List<String> addresses = endpoint.getAddresses();
            Optional<IpAddress> ip =
                    addresses == null || addresses.isEmpty()
                            ? Optional.empty()
                            : IpAddress.parse(addresses.getFirst())
                                    .filter(address -> address.family() == family);
            if (ip.isEmpty()) {
                complain(
                        slice,
                        "an endpoint is ignored: its first address must be of type "
                                + family.label()
                                + " but there is "
                                + addresses);
                continue;
            }
            endpoints.add(endpoint(endpoint, ip.get()));
        }
        return endpoints;
    }

    /** What a slice does not say counts as ready and serving, but not as terminating. */
    private SliceEndpoint endpoint(Endpoint endpoint, IpAddress ip) {
        EndpointConditions conditions = endpoint.getConditions();
        boolean ready = conditions == null || !Boolean.FALSE.equals(conditions.getReady());
        boolean serving = conditions == null || !Boolean.FALSE.equals(conditions.getServing());
        boolean terminating =
                conditions != null && Boolean.TRUE.equals(conditions.getTerminating());
        EndpointHints hints = endpoint.getHints();
        return new SliceEndpoint(
                ip,
                !nodeName.isEmpty() && nodeName.equals(endpoint.getNodeName()),
                ready,
                serving,
                terminating,
                hints == null || hints.getForZones() == null
                        ? List.of()
                        : hints.getForZones().stream()
                                .map(ForZone::getName)
                                .map(String::intern)
                                .toList(),
                hints == null || hints.getForNodes() == null
                        ? List.of()
                        : hints.getForNodes().stream()
                                .map(ForNode::getName)
                                .map(String::intern)
                                .toList());
    }

    private static Optional<Instant> triggeredAt(EndpointSlice slice) {
        Map<String, String> annotations = slice.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(TRIGGER_TIME);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            log.debug("EndpointSlice trigger time {} cannot be read", text);
            return Optional.empty();
        }
    }
}
