package dev.caravel.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.kubelet.apifake.FakeApi;
import dev.caravel.kubelet.apifake.FakeApiClient;
import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLoopsTest {
    private static final String PATH = "/api/v1/nodes/n1";
    private static final String LEASE =
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1";

    @TempDir private Path root;
    private final FakeApi api = new FakeApi();
    private final FakeApiClient client = new FakeApiClient(api);
    private final ManualTicks ticks = new ManualTicks(Instant.parse("2026-03-01T10:00:00Z"));
    private final FakeRuntime cri = new FakeRuntime(ticks.clock());
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> cidrs = new CopyOnWriteArrayList<>();
    private final AtomicInteger repeatedFailures = new AtomicInteger();
    private final NodeObject object = new NodeObject(Machines.identity());
    private final NodeWatch watch = new NodeWatch(client, "n1");
    private final RuntimeHealth runtime = new RuntimeHealth(cri, Optional::empty, ticks, () -> {});
    private NodeReporter reporter;
    private NodeStatusLoop loop;
    private final LeaseLoop lease =
            new LeaseLoop(
                    api,
                    new LeaseLoop.Settings("n1", 40, () -> 0.5),
                    watch::uid,
                    repeatedFailures::incrementAndGet,
                    ticks);

    private final class Events implements EventSink {
        @Override
        public void event(
                PodRef pod, Optional<String> path, EventType type, String reason, String message) {
            throw new AssertionError("the node loops tell of no pods");
        }

        @Override
        public void nodeEvent(EventType type, String reason, String message) {
            events.add(reason);
        }
    }

    @BeforeEach
    void machine() throws IOException {
        write("proc/meminfo", "MemTotal: 8000000 kB\nSwapTotal: 0 kB\n");
        write("sys/devices/system/cpu/online", "0-3\n");
        write("proc/sys/kernel/random/boot_id", "boot-1\n");
        reporter =
                new NodeReporter(
                        Machines.identity(),
                        new NodeReporter.Inputs(
                                runtime,
                                List::of,
                                () -> DeviceResources.NONE,
                                capacity -> Map.of("memory", BigDecimal.valueOf(100L << 20)),
                                List::of,
                                Optional::empty,
                                () -> NodeReporter.Pressure.NONE,
                                Optional::empty),
                        new MachineReader(root),
                        new SystemNetwork(),
                        root,
                        ticks);
        loop =
                new NodeStatusLoop(
                        api,
                        new NodeStatusLoop.Sources(
                                watch, Optional.of(registrar()), object, reporter, runtime),
                        new NodeStatusLoop.Sinks(
                                new Events(),
                                cidrs::add,
                                volumes -> {},
                                repeatedFailures::incrementAndGet),
                        new NodeStatusLoop.Settings(
                                Duration.ofSeconds(10), Duration.ofMinutes(5), () -> 0.5),
                        ticks);
        watch.start();
    }

    @AfterEach
    void stop() {
        loop.close();
        lease.close();
        runtime.close();
    }

    private NodeRegistrar registrar() {
        return new NodeRegistrar(api, object, reporter, () -> false, ticks);
    }

    private void write(String name, String text) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Node held() {
        return api.at(Node.class, PATH).orElseThrow();
    }

    private String ready() {
        return held().getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Ready"))
                .findFirst()
                .orElseThrow()
                .getStatus();
    }

    private long patches() {
        return api.calls().stream().filter(c -> c.startsWith("PATCH")).count();
    }

    @Test
    void aNewNodeIsCreated() throws InterruptedException {
        Node node = registrar().register();
        assertThat(api.calls()).singleElement().asString().startsWith("POST /api/v1/nodes ");
        assertThat(node.getMetadata().getUid()).isNotEmpty();
        assertThat(node.getSpec().getTaints()).hasSize(1);
    }

    @Test
    void registrationTriesUntilItWorks() throws InterruptedException {
        api.failNext(new IOException("connection refused"));
        Thread registering =
                Thread.startVirtualThread(() -> {
                    try {
                        registrar().register();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        await().until(() -> ticks.sleepers() == 1);
        ticks.advance(Duration.ofMillis(100));
        registering.join();
        assertThat(api.at(Node.class, PATH)).isPresent();
    }

    @Test
    void anExistingNodeIsCorrectedWhereItMustBeAndKeepsTheRest() throws Exception {
        Node initial = object.initial(Machines.report());
        api.seed(
                PATH,
                new NodeBuilder(initial)
                        .editMetadata()
                        .addToLabels("kubernetes.io/hostname", "old")
                        .addToLabels("zone", "a")
                        .removeFromAnnotations(NodeObject.ATTACH_DETACH)
                        .endMetadata()
                        .editSpec()
                        .withTaints()
                        .endSpec()
                        .editStatus()
                        .addToCapacity("hugepages-64Ki", new Quantity("1Mi"))
                        .addToCapacity("example.com/gpu", new Quantity("4"))
                        .endStatus()
                        .build());

        new NodeRegistrar(api, object, reporter, () -> true, ticks).register();

        assertThat(held().getMetadata().getLabels())
                .containsEntry("kubernetes.io/hostname", "n1.example")
                .containsEntry("zone", "a");
        assertThat(held().getMetadata().getAnnotations())
                .containsEntry(NodeObject.ATTACH_DETACH, "true");
        assertThat(held().getSpec().getTaints()).isEmpty();
        assertThat(held().getStatus().getCapacity())
                .doesNotContainKey("hugepages-64Ki")
                .containsEntry("example.com/gpu", new Quantity("0"));
    }

    @Test
    void aNodeThatMayNotBeCreatedButExistsIsUsed() throws InterruptedException {
        api.seed(PATH, object.initial(Machines.report()));
        api.failNext(FakeApi.refusal(403, "Forbidden"));
        assertThat(registrar().register().getMetadata().getName()).isEqualTo("n1");
    }

    @Test
    void theNodeBecomesReadyAtOnceWhenTheRuntimeIs() {
        cri.ready(true, false);
        runtime.check();
        loop.start();
        await().until(() -> api.at(Node.class, PATH).isPresent());
        assertThat(ready()).isEqualTo("False");

        cri.ready(true, true);

        // No time passes on the clock: the fast look does not wait for the period.
        ticks.advance(Duration.ofMillis(100));
        await().until(() -> ready().equals("True"));
        assertThat(events).contains("NodeReady");
    }

    @Test
    void anUnchangedStatusIsReportedEachReportingPeriodOnly() {
        runtime.check();
        loop.start();
        await().until(() -> api.at(Node.class, PATH).isPresent());
        assertThat(ready()).isEqualTo("True");
        loop.poke();

        ticks.advance(Duration.ofSeconds(20));
        loop.poke();
        await().during(Duration.ofMillis(200)).until(() -> patches() <= 1);
        long before = patches();

        ticks.advance(Duration.ofMinutes(5));
        runtime.check();
        loop.poke();
        await().until(() -> patches() == before + 1);
    }

    @Test
    void aFailedReportIsTriedAgainFromWhatTheServerHoldsAndTwoFailuresDropTheConnections() {
        runtime.check();
        loop.start();
        await().until(() -> api.at(Node.class, PATH).isPresent());
        api.forgetCalls();
        cri.ready(true, false);
        runtime.check();
        api.failNext(new IOException("timeout"));
        api.failNext(new IOException("timeout"));

        loop.poke();

        await().until(() -> ready().equals("False"));
        assertThat(api.calls())
                .extracting(c -> c.substring(0, c.indexOf(' ')))
                .containsExactly("PATCH", "GET", "GET", "PATCH");
        assertThat(repeatedFailures).hasValue(1);
    }

    @Test
    void podCidrsReachTheRuntimeWhenTheControllerGivesThem() {
        runtime.check();
        loop.start();
        await().until(() -> api.at(Node.class, PATH).isPresent());
        Node given =
                api.seed(
                        PATH,
                        new NodeBuilder(held())
                                .editSpec()
                                .withPodCIDRs("10.244.1.0/24", "fd00:1::/64")
                                .endSpec()
                                .build());
        client.watch("node").put(given);

        await().until(() -> cidrs.equals(List.of("10.244.1.0/24,fd00:1::/64")));
    }

    @Test
    void theLeaseIsMadeOnceTheNodeIsKnownAndRenewedEachQuarter() throws InterruptedException {
        lease.start();
        await().until(() -> ticks.sleepers() == 1);
        assertThat(api.at(Lease.class, LEASE)).isEmpty();

        client.watch("node").put(api.seed(PATH, object.initial(Machines.report())));
        ticks.advance(Duration.ofSeconds(10));
        await().until(() -> api.at(Lease.class, LEASE).isPresent());
        Lease made = api.at(Lease.class, LEASE).orElseThrow();
        assertThat(made.getSpec().getHolderIdentity()).isEqualTo("n1");
        assertThat(made.getSpec().getLeaseDurationSeconds()).isEqualTo(40);
        assertThat(made.getMetadata().getOwnerReferences())
                .extracting(o -> o.getKind() + " " + o.getUid())
                .containsExactly("Node " + watch.uid().orElseThrow());

        await().until(() -> ticks.sleepers() == 1);
        api.forgetCalls();
        ticks.advance(Duration.ofMillis(10_200));
        await().until(() -> !api.calls().isEmpty());
        assertThat(api.calls()).singleElement().asString().startsWith("PUT ");
    }

    @Test
    void aLeaseThatSomeoneElseTouchedIsReadAndRenewed() {
        client.watch("node").put(api.seed(PATH, object.initial(Machines.report())));
        lease.start();
        await().until(() -> api.at(Lease.class, LEASE).isPresent());
        await().until(() -> ticks.sleepers() == 1);
        api.seed(LEASE, api.at(Lease.class, LEASE).orElseThrow());
        api.forgetCalls();

        ticks.advance(Duration.ofSeconds(11));

        await().until(() -> api.calls().size() == 3);
        assertThat(api.calls())
                .extracting(c -> c.substring(0, c.indexOf(' ')))
                .containsExactly("PUT", "GET", "PUT");
    }

    @Test
    void aRuntimeThatStopsAnsweringIsDownAfterHalfAMinute() {
        assertThat(runtime.problems())
                .contains("container runtime status check may not have completed yet");
        runtime.check();
        assertThat(runtime.problems()).isEmpty();

        cri.unreachable(true);
        runtime.check();
        assertThat(runtime.problems()).isEmpty();
        ticks.advance(Duration.ofSeconds(30));
        assertThat(runtime.problems()).containsExactly("container runtime is down");

        cri.unreachable(false);
        runtime.check();
        assertThat(runtime.problems()).isEmpty();
    }

    @Test
    void aRuntimeWithoutNetworkSaysSoInItsOwnWords() {
        cri.ready(true, false);
        runtime.check();
        assertThat(runtime.problems())
                .singleElement()
                .asString()
                .startsWith("container runtime network not ready: NetworkReady=false reason:");
        cri.fail("status", FakeRuntime.ANY, RuntimeCallException.Code.INTERNAL, "broken");
        runtime.check();
        assertThat(runtime.networkProblem()).isPresent();
    }
}
