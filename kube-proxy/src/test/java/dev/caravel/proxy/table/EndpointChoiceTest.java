package dev.caravel.proxy.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** kube-proxy.md §3.5, as rows. Endpoints are 10.0.0.N, written as N with their properties. */
class EndpointChoiceTest {
    private static final NodeFacts NODE = new NodeFacts("n1", "z1");

    private static List<SliceEntry> slices(String endpoints) {
        Samples.Slice slice = Samples.slice();
        if (!endpoints.equals("-")) {
            Arrays.stream(endpoints.split(";", -1))
                    .map(text -> "10.0.0." + text.strip())
                    .forEach(slice::endpoint);
        }
        return List.of(slice.build());
    }

    private static String print(List<Endpoint> endpoints) {
        return endpoints.isEmpty()
                ? "-"
                : endpoints.stream()
                        .map(e -> e.ip().toString().substring("10.0.0.".length()))
                        .collect(Collectors.joining(" "));
    }

    private static ServiceEntry service(String kind) {
        Samples.Service service = Samples.service();
        switch (kind) {
            case "plain" -> {}
            case "internalLocal" -> service.internalLocal();
            case "externalLocal" -> service.externalLocal().nodePort(30000);
            case "bothLocal" -> service.internalLocal().externalLocal().nodePort(30000);
            case "internalLocal+nodePort" -> service.internalLocal().nodePort(30000);
            default -> throw new IllegalArgumentException(kind);
        }
        return service.build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    only ready ones when there are any,          plain,         1; 2 notready; 3 terminating, 1,   -,   true
                    terminating ones that serve when none is,    plain,         2 notready; 3 terminating; 4 gone, 3, -, true
                    nothing when nothing answers,                plain,         2 notready; 4 gone,           -,   -,   false
                    nothing when there is nothing,               plain,         -,                            -,   -,   false
                    own ready ones for internal local,           internalLocal, 1; 2 local; 3 local,          -,   2 3, true
                    own terminating ones if no own one is ready, internalLocal, 1; 2 local terminating,       -,   2,   true
                    none of the node is not none at all,         internalLocal, 1; 2,                         -,   -,   true
                    both lists for external local,               externalLocal, 1; 2 local,                   1 2, 2,   true
                    lists fall back on their own,                externalLocal, 1; 2 local terminating,       1,   2,   true
                    own only and reachable from outside,         internalLocal+nodePort, 1; 2 local,          1 2, 2,   true
                    both policies local,                         bothLocal,     1; 2 local,                   1 2, 2,   true
                    sorted by address not by text,               plain,         10; 9; 2,                     2 9 10, -, true
                    """)
    void chooses(
            String rule, String kind, String endpoints, String cluster, String local, boolean any) {
        ServiceEntry service = service(kind);
        EndpointLists lists =
                EndpointChoice.choose(service, service.ports().getFirst(), slices(endpoints), NODE);
        assertThat(print(lists.cluster())).as(rule).isEqualTo(cluster);
        assertThat(print(lists.local())).as(rule).isEqualTo(local);
        assertThat(lists.any()).as(rule).isEqualTo(any);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    our zone when every ready one has a zone,    1 zone=z1; 2 zone=z2,                  1
                    all when one ready one has no zone,          1 zone=z1; 2,                          1 2
                    all when none names our zone,                1 zone=z2; 2 zone=z3,                  1 2
                    hints of unready ones do not matter,         1 zone=z1; 2 zone=z2; 3 notready,      1
                    an endpoint may serve several zones,         1 zone=z2 zone=z1; 2 zone=z2,          1
                    our node before our zone,                    1 zone=z1 node=n2; 2 zone=z1 node=n1,  2
                    our zone when none names our node,           1 zone=z1 node=n2; 2 zone=z2 node=n3,  1
                    our zone when one has no node,               1 zone=z1; 2 zone=z2 node=n1,          1
                    hints do not count for terminating ones,     1 terminating zone=z2; 2 terminating zone=z1, 1 2
                    """)
    void prefersByTopology(String rule, String endpoints, String cluster) {
        ServiceEntry service = service("plain");
        EndpointLists lists =
                EndpointChoice.choose(service, service.ports().getFirst(), slices(endpoints), NODE);
        assertThat(print(lists.cluster())).as(rule).isEqualTo(cluster);
    }

    @Test
    void theLocalListIgnoresHints() {
        ServiceEntry service = service("externalLocal");
        EndpointLists lists =
                EndpointChoice.choose(
                        service,
                        service.ports().getFirst(),
                        slices("1 zone=z1; 2 local zone=z2"),
                        NODE);
        assertThat(print(lists.cluster())).isEqualTo("1");
        assertThat(print(lists.local())).isEqualTo("2");
        assertThat(print(lists.reachable())).isEqualTo("1 2");
    }

    @Test
    void anAddressInTwoSlicesCountsOnceAndTheRunningPodWins() {
        ServiceEntry service = service("plain");
        List<SliceEntry> slices =
                List.of(
                        Samples.slice().named("a").endpoint("10.0.0.1").build(),
                        Samples.slice().named("b").endpoint("10.0.0.1 gone").build(),
                        Samples.slice().named("c").endpoint("10.0.0.2 gone").build(),
                        Samples.slice().named("d").endpoint("10.0.0.2").build());
        EndpointLists lists =
                EndpointChoice.choose(service, service.ports().getFirst(), slices, NODE);
        assertThat(print(lists.cluster())).isEqualTo("1 2");
    }

    @Test
    void portsMatchByNameAndProtocol() {
        ServiceEntry service =
                Samples.service()
                        .port("dns", Protocol.UDP, 53, 0)
                        .port("dns", Protocol.TCP, 53, 0)
                        .build();
        List<SliceEntry> slices =
                List.of(
                        Samples.slice()
                                .port("dns", Protocol.UDP, 5353)
                                .port("other", Protocol.TCP, 1)
                                .endpoint("10.0.0.1")
                                .build());
        assertThat(EndpointChoice.choose(service, service.ports().get(0), slices, NODE).cluster())
                .extracting(Endpoint::toString)
                .containsExactly("10.0.0.1:5353");
        assertThat(EndpointChoice.choose(service, service.ports().get(1), slices, NODE))
                .isEqualTo(EndpointLists.NONE);
    }

    @Test
    void servingOnesAreWhatConnectionsMayKeep() {
        ServiceEntry service = service("plain");
        assertThat(
                        print(
                                EndpointChoice.serving(
                                        service.ports().getFirst(),
                                        slices("1; 2 notready; 3 terminating; 4 gone"))))
                .isEqualTo("1 3");
    }

    @Test
    void healthChecksCountOwnReadyAddresses() {
        assertThat(
                        EndpointChoice.localReadyAddresses(
                                slices("1 local; 2; 3 local; 4 local terminating; 1 local")))
                .isEqualTo(2);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource(
            textBlock =
                    """
                    1 2 3,   1 2 3 4,  1 2 3 4
                    1 2 3,   2 3,      3 2
                    1 2 3,   1 2,      1 2
                    1 2 3,   1 3 4,    1 4 3
                    1 2 3,   4 5 6,    4 5 6
                    1 2,     -,        -
                    -,       1 2,      1 2
                    3 1 2,   1 2 3,    3 1 2
                    1 2 3 4, 4,        4
                    """)
    void whoStaysKeepsItsIndex(String before, String wanted, String arranged) {
        EndpointLists old = new EndpointLists(endpoints(before), List.of(), true);
        EndpointLists now = new EndpointLists(endpoints(wanted), List.of(), true);
        assertThat(print(now.arrangedLike(old).cluster())).isEqualTo(arranged);
    }

    private static List<Endpoint> endpoints(String numbers) {
        return numbers.equals("-")
                ? List.of()
                : Arrays.stream(numbers.split(" ", -1))
                        .map(n ->
                                new Endpoint(
                                        dev.caravel.linux.ip.IpAddress.literal("10.0.0." + n),
                                        80,
                                        false))
                        .toList();
    }
}
