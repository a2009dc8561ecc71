package dev.caravel.kubelet.device;

import static dev.caravel.kubelet.device.FakePlugin.device;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.kubelet.node.DeviceResources;
import dev.caravel.kubelet.objects.FakeTicks;
import dev.caravel.kubelet.rpc.SocketRpc;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {

    private static final String RESOURCE = "fake.com/thing";

    @TempDir Path folder;
    private final FakeTicks ticks = new FakeTicks(Instant.parse("2026-11-24T12:00:00Z"));
    private final List<String> poked = new CopyOnWriteArrayList<>();

    /** Pods whose plugin is asked; the test waits for its answers at its end. */
    private final List<String> asking = new CopyOnWriteArrayList<>();

    private final SocketRpc rpc = new SocketRpc();
    private Devices devices;
    private DevicePlugins plugins;
    private FakePlugin plugin;

    @BeforeEach
    void start() throws IOException {
        startKubelet();
        plugin = new FakePlugin(folder);
    }

    private void startKubelet() throws IOException {
        devices = new Devices(folder, ticks, () -> {}, poked::add);
        devices.restore();
        plugins = new DevicePlugins(rpc, folder, devices);
        plugins.start();
    }

    @AfterEach
    void stop() {
        await().atMost(Duration.ofSeconds(30)).until(() -> poked.containsAll(asking));
        plugins.close();
        plugin.close();
        rpc.close();
    }

    private void registered(dev.caravel.proto.deviceplugin.Device... listed) {
        plugin.devices = List.of(listed);
        plugin.register(RESOURCE, "v1beta1");
        awaitAllocatable(
                listed.length
                        - (int)
                                List.of(listed).stream()
                                        .filter(d -> !d.getHealth().equals("Healthy"))
                                        .count());
    }

    private void awaitAllocatable(int count) {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        new Quantity(Integer.toString(count))
                                .equals(devices.resources().allocatable().get(RESOURCE)));
    }

    private static Container container(String name, int wanted) {
        return new ContainerBuilder()
                .withName(name)
                .withNewResources()
                .withLimits(Map.of(RESOURCE, new Quantity(Integer.toString(wanted))))
                .endResources()
                .build();
    }

    private static Pod pod(String uid, Container... containers) {
        return new PodBuilder()
                .withNewMetadata()
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .withContainers(containers)
                .endSpec()
                .build();
    }

    private Optional<String> admit(Pod pod) {
        return admit(pod, Optional.empty());
    }

    private Optional<String> admit(Pod pod, Optional<Set<String>> active) {
        Optional<String> refusal = devices.admit(pod, _ -> false, active);
        if (refusal.isEmpty()) {
            asking.add(pod.getMetadata().getUid());
        }
        return refusal;
    }

    @Test
    void theNodeShowsWhatThePluginListsAndOnlyHealthyOnesToGive() {
        registered(device("a", true), device("b", true), device("c", false));
        assertThat(devices.resources().capacity()).containsEntry(RESOURCE, new Quantity("3"));
        plugin.list(device("a", true), device("b", false), device("c", false));
        awaitAllocatable(1);
    }

    @Test
    void aContainerGetsWhatThePluginAnswers() throws Exception {
        registered(device("a", true), device("b", true));
        Pod pod = pod("u1", container("web", 1), container("plain", 0));
        assertThat(admit(pod)).isEmpty();
        ContainerDevices web = devices.of(pod, "web");
        assertThat(web.variables()).containsExactly(Map.entry("FAKE", "a"));
        assertThat(web.annotations()).containsExactly(Map.entry("fake/ids", "a"));
        assertThat(web.cdiDevices()).containsExactly("fake.com/thing=a");
        assertThat(web.devices())
                .containsExactly(new dev.caravel.cri.Device("/dev/a", "/dev/null", "rw"));
        assertThat(web.mounts().getFirst().hostPath()).isEqualTo("/opt/fake");
        assertThat(web.mounts().getFirst().containerPath()).isEqualTo("/fake");
        assertThat(devices.of(pod, "plain")).isEqualTo(ContainerDevices.NONE);
        assertThat(plugin.calls).containsExactly("allocate [a]", "pre-start [a]");
        assertThat(poked).contains("u1");
    }

    @Test
    void aDeviceIsGivenOnceAndComesBackWithThePodsEnd() {
        registered(device("a", true));
        assertThat(admit(pod("u1", container("web", 1)))).isEmpty();
        assertThat(admit(pod("u2", container("web", 1))))
                .contains(
                        "requested number of devices unavailable for fake.com/thing. Requested: 1,"
                                + " Available: 0");
        devices.release("u1");
        assertThat(admit(pod("u2", container("web", 1)))).isEmpty();
    }

    @Test
    void devicesOfPodsThatAreNoLongerActiveAreFree() {
        registered(device("a", true));
        assertThat(admit(pod("u1", container("web", 1)))).isEmpty();
        assertThat(admit(pod("u2", container("web", 1)), Optional.of(Set.of("u2")))).isEmpty();
    }

    @Test
    void aPluginThatRefusesFailsThePodAfterItsAdmission() {
        registered(device("a", true));
        plugin.refusal = "broken";
        Pod pod = pod("u1", container("web", 1));
        assertThat(admit(pod)).isEmpty();
        await().until(() -> devices.refusal("u1").isPresent());
        assertThat(devices.refusal("u1")).contains("rpc error: code = Internal desc = broken");
        assertThatThrownBy(() -> devices.of(pod, "web")).hasMessageContaining("broken");
        plugin.refusal = "";
        assertThat(admit(pod("u2", container("web", 1)))).isEmpty();
    }

    @Test
    void aPluginThatHangsHoldsUpOnlyItsOwnPod() throws Exception {
        registered(device("a", true), device("b", true));
        CountDownLatch hang = new CountDownLatch(1);
        plugin.hold = hang;
        assertThat(admit(pod("u1", container("web", 1)))).isEmpty();
        await().until(() -> plugin.calls.contains("allocate [a]"));
        plugin.hold = new CountDownLatch(0);
        Pod second = pod("u2", container("web", 1));
        assertThat(admit(second)).isEmpty();
        assertThat(devices.of(second, "web").variables()).containsEntry("FAKE", "b");
        assertThat(devices.refusal("u1")).isEmpty();
        hang.countDown();
    }

    @Test
    void thePluginMayChooseAmongWhatIsFree() throws Exception {
        plugin.preferred = List.of("c");
        registered(device("a", true), device("b", true), device("c", true));
        Pod pod = pod("u1", container("web", 2));
        assertThat(admit(pod)).isEmpty();
        assertThat(devices.of(pod, "web").variables()).containsEntry("FAKE", "a,c");
        assertThat(plugin.calls).contains("prefer 2 of [a, b, c]", "allocate [a, c]");
    }

    @Test
    void appContainersReuseTheDevicesOfInitContainers() throws Exception {
        registered(device("a", true));
        Pod pod =
                new PodBuilder(pod("u1", container("web", 1)))
                        .editSpec()
                        .withInitContainers(container("init", 1))
                        .endSpec()
                        .build();
        assertThat(admit(pod)).isEmpty();
        assertThat(devices.of(pod, "init").variables()).containsEntry("FAKE", "a");
        assertThat(devices.of(pod, "web").variables()).containsEntry("FAKE", "a");
        assertThat(devices.assigned("u1", "web"))
                .containsEntry(RESOURCE, Map.of(-1L, List.of("a")));
    }

    @Test
    void withoutItsPluginAResourceHasNothingToGiveAndIsForgottenAfterFiveMinutes() {
        registered(device("a", true));
        plugin.close();
        awaitAllocatable(0);
        assertThat(devices.resources().capacity()).containsEntry(RESOURCE, new Quantity("1"));
        assertThat(admit(pod("u1", container("web", 1))))
                .contains(
                        "no healthy devices present; cannot allocate unhealthy devices"
                                + " fake.com/thing");
        ticks.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertThat(devices.resources())
                .isEqualTo(new DeviceResources(Map.of(), Map.of(), Set.of(RESOURCE)));
        assertThat(devices.resources()).isEqualTo(DeviceResources.NONE);
    }

    @Test
    void aRestartKeepsWhoHasWhatAndWaitsForThePluginToComeBack() throws Exception {
        registered(device("a", true, 0), device("b", true, 1));
        Pod pod = pod("u1", container("web", 1));
        assertThat(admit(pod)).isEmpty();
        ContainerDevices before = devices.of(pod, "web");
        // The worker of the pod ends with the kubelet.
        devices.forget("u1");
        plugins.close();
        plugin.close();

        startKubelet();
        assertThat(folder.resolve("fake.sock")).doesNotExist();
        assertThat(devices.resources().allocatable()).containsEntry(RESOURCE, new Quantity("0"));
        Map<String, Quantity> shown = Map.of("cpu", new Quantity("2"), RESOURCE, new Quantity("0"));
        assertThat(devices.raised(shown, "u1"))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("cpu", new Quantity("2"), RESOURCE, new Quantity("1")));
        assertThat(devices.raised(shown, "u9")).isEqualTo(shown);
        // It runs, so it has what it needs, whatever its plugin does.
        assertThat(devices.admit(pod, name -> name.equals("web"), Optional.empty())).isEmpty();
        assertThat(devices.of(pod, "web")).isEqualTo(before);

        plugin = new FakePlugin(folder);
        registered(device("a", true, 0), device("b", true, 1));
        Pod other = pod("u2", container("web", 1));
        assertThat(admit(other)).isEmpty();
        assertThat(devices.of(other, "web").variables()).containsEntry("FAKE", "b");
        assertThat(devices.assigned("u2", "web")).containsEntry(RESOURCE, Map.of(1L, List.of("b")));
    }

    @Test
    void aBrokenCheckpointIsLeftAside() throws Exception {
        plugins.close();
        plugin.close();
        Files.writeString(folder.resolve(DeviceCheckpoint.FILE), "{");
        startKubelet();
        plugin = new FakePlugin(folder);
        registered(device("a", true));
        assertThat(admit(pod("u1", container("web", 1)))).isEmpty();
    }

    @Test
    void badRegistrationsAreRefusedWithAReason() {
        assertThatThrownBy(() -> plugin.register(RESOURCE, "v1alpha"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("\"v1alpha\" is not supported by kubelet");
        for (String name : List.of("cpu", "kubernetes.io/x", "requests.a.b/c", "A_b/c", "a/b/c")) {
            assertThatThrownBy(() -> plugin.register(name, "v1beta1"))
                    .hasMessageContaining("the ResourceName \"" + name + "\" is invalid");
        }
        assertThat(devices.resources()).isEqualTo(DeviceResources.NONE);
    }
}
