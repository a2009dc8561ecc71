package dev.caravel.proxy.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServicePort;
import dev.caravel.proxy.table.SliceEndpoint;
import dev.caravel.proxy.table.SliceEntry;
import dev.caravel.proxy.table.SlicePort;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MappingTest {
    private final List<String> told = new ArrayList<>();
    private final Complaints complaints =
            (kind, namespace, name, message) ->
                    told.add(kind + " " + namespace + "/" + name + ": " + message);

    private Optional<FamilyEntries> service(String yaml) {
        return new ServiceMapping(true, complaints)
                .map(Serialization.unmarshal(yaml, Service.class));
    }

    private Optional<FamilySlice> slice(String yaml) {
        return new SliceMapping("n1", complaints)
                .map(Serialization.unmarshal(yaml, EndpointSlice.class));
    }

    private static List<IpAddress> ips(String... texts) {
        return java.util.Arrays.stream(texts).map(IpAddress::literal).toList();
    }

    private static final String FULL =
            """
            metadata: {namespace: shop, name: cart}
            spec:
              type: LoadBalancer
              clusterIP: 10.96.0.10
              clusterIPs: [10.96.0.10, 'fd96::10']
              ipFamilies: [IPv4, IPv6]
              externalIPs: [192.0.2.50, '2001:db8::50', nonsense]
              externalTrafficPolicy: Local
              internalTrafficPolicy: Local
              healthCheckNodePort: 31000
              sessionAffinity: ClientIP
              sessionAffinityConfig: {clientIP: {timeoutSeconds: 77}}
              loadBalancerSourceRanges: [' 10.0.0.0/8 ', '2001:db8::/32', junk]
              ports:
              - {name: http, port: 80, nodePort: 30080, protocol: TCP}
              - {name: dns, port: 53, protocol: UDP}
              - {name: odd, port: 54, protocol: QUIC}
            status:
              loadBalancer:
                ingress:
                - {ip: 203.0.113.7}
                - {ip: '2001:db8::7', ipMode: VIP}
                - {ip: 203.0.113.8, ipMode: Proxy}
                - {hostname: lb.example.com}
            """;

    @Test
    void splitsADualStackServiceByFamily() {
        FamilyEntries entries = service(FULL).orElseThrow();
        List<ServicePort> ports =
                List.of(
                        new ServicePort("http", Protocol.TCP, 80, 30080),
                        new ServicePort("dns", Protocol.UDP, 53, 0));
        assertThat(entries.of(IpFamily.IPV4))
                .contains(
                        new ServiceEntry(
                                new ServiceKey("shop", "cart"),
                                IpAddress.literal("10.96.0.10"),
                                ips("192.0.2.50"),
                                true,
                                ips("203.0.113.7"),
                                List.of(IpPrefix.literal("10.0.0.0/8")),
                                true,
                                true,
                                77,
                                31000,
                                0,
                                ports));
        assertThat(entries.of(IpFamily.IPV6))
                .contains(
                        new ServiceEntry(
                                new ServiceKey("shop", "cart"),
                                IpAddress.literal("fd96::10"),
                                ips("2001:db8::50"),
                                true,
                                ips("2001:db8::7"),
                                List.of(IpPrefix.literal("2001:db8::/32")),
                                true,
                                true,
                                77,
                                31000,
                                0,
                                ports));
    }

    @Test
    void tellsOnceWhatOfAServiceCannotBeUsed() {
        service(FULL.replace("protocol: QUIC}", "protocol: QUIC}\n  - {name: big, port: 70000}"));
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "Service shop/cart: nonsense is no IP address; leaving it out",
                        "Service shop/cart: junk is no CIDR; leaving it out",
                        "Service shop/cart: port 54/QUIC with node port 0 cannot be served; leaving"
                                + " it out",
                        "Service shop/cart: port 70000/TCP with node port 0 cannot be served;"
                                + " leaving it out");
    }

    @Test
    void tellsWhatOfASliceCannotBeUsedAndUsesTheRest() {
        SliceEntry entry =
                slice(
                                """
                                metadata: {namespace: a, name: b, labels: {kubernetes.io/service-name: c}}
                                addressType: IPv4
                                ports:
                                - {name: http, port: 8080}
                                - {name: far, port: 70000}
                                endpoints:
                                - addresses: ['fd44::1']
                                - addresses: [10.244.0.1]
                                """)
                        .orElseThrow()
                        .slice();
        assertThat(entry.endpoints()).hasSize(1);
        assertThat(entry.ports()).hasSize(1);
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "EndpointSlice a/b: an endpoint is ignored: its first address must be of"
                                + " type IPv4 but there is [fd44::1]",
                        "EndpointSlice a/b: port 70000 is ignored: no such port");
        assertThat(
                        slice(
                                "metadata: {namespace: a, name: b, labels: {kubernetes.io/service-name: c}}"))
                .isEmpty();
    }

    @Test
    void readsServicesOlderThanDualStack() {
        FamilyEntries entries =
                service(
                                """
                                metadata: {namespace: shop, name: cart}
                                spec:
                                  clusterIP: fd96::10
                                  externalTrafficPolicy: Local
                                  ports: [{port: 80}]
                                """)
                        .orElseThrow();
        assertThat(entries.ipv4()).isEmpty();
        ServiceEntry entry = entries.ipv6().orElseThrow();
        assertThat(entry.ports()).containsExactly(new ServicePort("", Protocol.TCP, 80, 0));
        assertThat(entry.externalLocal()).as("nothing external to be local").isFalse();
        assertThat(entry.affinitySeconds()).isZero();
    }

    @Test
    void leavesOutWhatHasNoClusterAddress() {
        assertThat(service("metadata: {namespace: a, name: b}\nspec: {clusterIP: None}")).isEmpty();
        assertThat(service("metadata: {namespace: a, name: b}\nspec: {clusterIP: ''}")).isEmpty();
        assertThat(
                        service(
                                "metadata: {namespace: a, name: b}\n"
                                        + "spec: {type: ExternalName, clusterIP: 10.0.0.1}"))
                .isEmpty();
    }

    @Test
    void aRangeOfEverythingIsNoLimit() {
        String ranges = "loadBalancerSourceRanges: [' 10.0.0.0/8 ', '2001:db8::/32', junk]";
        FamilyEntries entries =
                service(FULL.replace(ranges, "loadBalancerSourceRanges: [0.0.0.0/0, 10.0.0.0/8]"))
                        .orElseThrow();
        assertThat(entries.ipv4().orElseThrow().sourceRanges()).isEmpty();
        assertThat(entries.ipv6().orElseThrow().sourceRanges()).isEmpty();
    }

    @Test
    void externalAddressesCanBeSwitchedOff() {
        ServiceEntry entry =
                new ServiceMapping(false, complaints)
                        .map(Serialization.unmarshal(FULL, Service.class))
                        .orElseThrow()
                        .ipv4()
                        .orElseThrow();
        assertThat(entry.externalIps()).isEmpty();
        assertThat(entry.externallyAccessible(entry.ports().get(1))).isTrue();
    }

    @Test
    void readsASlice() {
        SliceEntry entry =
                slice(
                                """
                                metadata:
                                  namespace: shop
                                  name: cart-abc
                                  labels: {kubernetes.io/service-name: cart}
                                  annotations:
                                    endpoints.kubernetes.io/last-change-trigger-time: '2026-11-24T08:00:00.25Z'
                                addressType: IPv4
                                ports:
                                - {name: http, port: 8080, protocol: TCP}
                                - {name: all, protocol: TCP}
                                - {port: 9, protocol: TCP}
                                endpoints:
                                - addresses: [10.244.0.1, 10.244.0.99]
                                  nodeName: n1
                                  hints: {forZones: [{name: z1}, {name: z2}], forNodes: [{name: n1}]}
                                - addresses: [10.244.1.1]
                                  nodeName: n2
                                  conditions: {ready: false, serving: true, terminating: true}
                                - addresses: [host.example.com]
                                - addresses: []
                                """)
                        .orElseThrow()
                        .slice();
        assertThat(entry)
                .isEqualTo(
                        new SliceEntry(
                                new ServiceKey("shop", "cart"),
                                "cart-abc",
                                List.of(new SlicePort("http", Protocol.TCP, 8080)),
                                List.of(
                                        new SliceEndpoint(
                                                IpAddress.literal("10.244.0.1"),
                                                true,
                                                true,
                                                true,
                                                false,
                                                List.of("z1", "z2"),
                                                List.of("n1")),
                                        new SliceEndpoint(
                                                IpAddress.literal("10.244.1.1"),
                                                false,
                                                false,
                                                true,
                                                true,
                                                List.of(),
                                                List.of())),
                                Optional.of(Instant.parse("2026-11-24T08:00:00.25Z"))));
    }

    @Test
    void leavesOutSlicesOfNobodyAndOfNames() {
        assertThat(slice("metadata: {namespace: a, name: b}\naddressType: IPv4")).isEmpty();
        assertThat(
                        slice(
                                "metadata: {namespace: a, name: b,"
                                        + " labels: {kubernetes.io/service-name: c}}\n"
                                        + "addressType: FQDN"))
                .isEmpty();
    }
}
