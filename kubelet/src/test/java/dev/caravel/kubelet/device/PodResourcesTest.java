package dev.caravel.kubelet.device;

import static dev.caravel.kubelet.device.FakePlugin.device;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.kubelet.objects.FakeTicks;
import dev.caravel.kubelet.podresources.PodResourcesService;
import dev.caravel.kubelet.rpc.RateLimit;
import dev.caravel.kubelet.rpc.SocketRpc;
import dev.caravel.proto.podresources.AllocatableResourcesRequest;
import dev.caravel.proto.podresources.GetPodResourcesRequest;
import dev.caravel.proto.podresources.ListPodResourcesRequest;
import dev.caravel.proto.podresources.ListPodResourcesResponse;
import dev.caravel.proto.podresources.PodResourcesListerGrpc;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodResourcesTest {

    private static final String RESOURCE = "fake.com/thing";

    @TempDir Path folder;
    private final FakeTicks ticks = new FakeTicks(Instant.parse("2026-11-24T12:00:00Z"));
    private final List<String> poked = new CopyOnWriteArrayList<>();
    private final SocketRpc rpc = new SocketRpc();
    private DevicePlugins plugins;
    private FakePlugin plugin;
    private SocketRpc.Listening listening;
    private ManagedChannel channel;

    @BeforeEach
    void aPodWithOneOfTwoDevices() throws Exception {
        Devices devices = new Devices(folder, ticks, () -> {}, poked::add);
        plugins = new DevicePlugins(rpc, folder, devices);
        plugins.start();
        plugin = new FakePlugin(folder);
        plugin.devices = List.of(device("a", true, 0, 1), device("b", true));
        plugin.register(RESOURCE, "v1beta1");
        await().until(() -> !devices.healthy().getOrDefault(RESOURCE, List.of()).isEmpty());
        assertThat(devices.admit(pod(), _ -> false, Optional.empty())).isEmpty();
        await().until(() -> poked.contains("u1"));
        PodResourcesService service = new PodResourcesService(() -> List.of(pod()), devices);
        Path socket = folder.resolve("resources.sock");
        listening = rpc.serve(socket, List.of(service, service.alpha()), new RateLimit(ticks));
        channel = rpc.connect(socket);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        listening.close();
        plugins.close();
        plugin.close();
        rpc.close();
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("cart")
                .withUid("u1")
                .endMetadata()
                .withNewSpec()
                .addNewInitContainer()
                .withName("migrate")
                .endInitContainer()
                .addNewInitContainer()
                .withName("proxy")
                .withRestartPolicy("Always")
                .endInitContainer()
                .addNewContainer()
                .withName("web")
                .withNewResources()
                .withLimits(Map.of(RESOURCE, new Quantity("1")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    @Test
    void listTellsTheDevicesOfSidecarsAndContainersInBothVersions() {
        ListPodResourcesResponse v1 =
                PodResourcesListerGrpc.newBlockingStub(channel)
                        .list(ListPodResourcesRequest.getDefaultInstance());
        var cart = v1.getPodResourcesList().getFirst();
        assertThat(cart.getNamespace() + "/" + cart.getName()).isEqualTo("shop/cart");
        assertThat(cart.getContainersList())
                .extracting(c -> c.getName() + " " + c.getDevicesCount())
                .containsExactly("proxy 0", "web 1");
        var web = cart.getContainers(1).getDevices(0);
        assertThat(web.getResourceName()).isEqualTo(RESOURCE);
        assertThat(web.getDeviceIdsList()).containsExactly("a");
        assertThat(web.getTopology().getNodesList())
                .extracting(n -> n.getID())
                .containsExactly(0L, 1L);
        ListPodResourcesResponse alpha =
                ClientCalls.blockingUnaryCall(
                        channel,
                        PodResourcesListerGrpc.getListMethod().toBuilder()
                                .setFullMethodName("v1alpha1.PodResourcesLister/List")
                                .build(),
                        CallOptions.DEFAULT,
                        ListPodResourcesRequest.getDefaultInstance());
        assertThat(alpha).isEqualTo(v1);
    }

    @Test
    void getTellsOnePodAndNamesOneThatIsNotThere() {
        var stub = PodResourcesListerGrpc.newBlockingStub(channel);
        var found =
                stub.get(
                        GetPodResourcesRequest.newBuilder()
                                .setPodNamespace("shop")
                                .setPodName("cart")
                                .build());
        assertThat(found.getPodResources().getContainersCount()).isEqualTo(2);
        assertThatThrownBy(() ->
                        stub.get(
                                GetPodResourcesRequest.newBuilder()
                                        .setPodNamespace("other")
                                        .setPodName("cart")
                                        .build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("pod cart in namespace other not found");
    }

    @Test
    void allocatableIsEveryHealthyDevice() {
        var all =
                PodResourcesListerGrpc.newBlockingStub(channel)
                        .getAllocatableResources(AllocatableResourcesRequest.getDefaultInstance());
        assertThat(all.getDevicesList())
                .extracting(d -> d.getDeviceIds(0) + " " + d.hasTopology())
                .containsExactlyInAnyOrder("a true", "b false");
    }

    @Test
    void whoAsksTooFastIsRefused() {
        var stub = PodResourcesListerGrpc.newBlockingStub(channel);
        for (int i = 0; i < 10; i++) {
            assertThat(
                            stub.list(ListPodResourcesRequest.getDefaultInstance())
                                    .getPodResourcesCount())
                    .isEqualTo(1);
        }
        assertThatThrownBy(() -> stub.list(ListPodResourcesRequest.getDefaultInstance()))
                .hasMessageContaining("RESOURCE_EXHAUSTED: rejected by rate limit");
    }
}
