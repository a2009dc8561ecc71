package dev.caravel.kubelet.device;

import dev.caravel.kubelet.rpc.SocketRpc;
import dev.caravel.proto.deviceplugin.AllocateRequest;
import dev.caravel.proto.deviceplugin.AllocateResponse;
import dev.caravel.proto.deviceplugin.CDIDevice;
import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import dev.caravel.proto.deviceplugin.ContainerPreferredAllocationResponse;
import dev.caravel.proto.deviceplugin.Device;
import dev.caravel.proto.deviceplugin.DevicePluginGrpc;
import dev.caravel.proto.deviceplugin.DevicePluginOptions;
import dev.caravel.proto.deviceplugin.DeviceSpec;
import dev.caravel.proto.deviceplugin.Empty;
import dev.caravel.proto.deviceplugin.ListAndWatchResponse;
import dev.caravel.proto.deviceplugin.Mount;
import dev.caravel.proto.deviceplugin.NUMANode;
import dev.caravel.proto.deviceplugin.PreStartContainerRequest;
import dev.caravel.proto.deviceplugin.PreStartContainerResponse;
import dev.caravel.proto.deviceplugin.PreferredAllocationRequest;
import dev.caravel.proto.deviceplugin.PreferredAllocationResponse;
import dev.caravel.proto.deviceplugin.RegisterRequest;
import dev.caravel.proto.deviceplugin.RegistrationGrpc;
import dev.caravel.proto.deviceplugin.TopologyInfo;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A device plugin on a real socket. It can be told what to list, to refuse and to hang. */
final class FakePlugin extends DevicePluginGrpc.DevicePluginImplBase implements AutoCloseable {

    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile List<Device> devices = List.of();
    volatile List<String> preferred = List.of();
    volatile String refusal = "";
    volatile CountDownLatch hold = new CountDownLatch(0);
    private final Path folder;
    private final SocketRpc rpc = new SocketRpc();
    private final List<StreamObserver<ListAndWatchResponse>> watchers =
            new CopyOnWriteArrayList<>();
    private final SocketRpc.Listening listening;

    FakePlugin(Path folder) throws IOException {
        this.folder = folder;
        listening = rpc.serve(folder.resolve("fake.sock"), List.of(this));
    }

    static Device device(String id, boolean healthy, long... nodes) {
        TopologyInfo.Builder topology = TopologyInfo.newBuilder();
        for (long n : nodes) {
            topology.addNodes(NUMANode.newBuilder().setID(n));
        }
        return Device.newBuilder()
                .setID(id)
                .setHealth(healthy ? "Healthy" : "Unhealthy")
                .setTopology(topology)
                .build();
    }

    void register(String resource, String version) {
        ManagedChannel channel = rpc.connect(folder.resolve("kubelet.sock"));
        try {
            var _ =
                    RegistrationGrpc.newBlockingStub(channel)
                            .register(
                                    RegisterRequest.newBuilder()
                                            .setVersion(version)
                                            .setEndpoint("fake.sock")
                                            .setResourceName(resource)
                                            .build());
        } finally {
            channel.shutdownNow();
        }
    }

    void list(Device... now) {
        devices = List.of(now);
        watchers.forEach(this::send);
    }

    private void send(StreamObserver<ListAndWatchResponse> watcher) {
        watcher.onNext(ListAndWatchResponse.newBuilder().addAllDevices(devices).build());
    }

    @Override
    public void getDevicePluginOptions(Empty request, StreamObserver<DevicePluginOptions> answer) {
        answer.onNext(
                DevicePluginOptions.newBuilder()
                        .setPreStartRequired(true)
                        .setGetPreferredAllocationAvailable(!preferred.isEmpty())
                        .build());
        answer.onCompleted();
    }

    @Override
    public void listAndWatch(Empty request, StreamObserver<ListAndWatchResponse> answer) {
        send(answer);
        watchers.add(answer);
    }

    @Override
    public void getPreferredAllocation(
            PreferredAllocationRequest request,
            StreamObserver<PreferredAllocationResponse> answer) {
        var asked = request.getContainerRequests(0);
        calls.add(
                "prefer %d of %s"
                        .formatted(asked.getAllocationSize(), asked.getAvailableDeviceIDsList()));
        answer.onNext(
                PreferredAllocationResponse.newBuilder()
                        .addContainerResponses(
                                ContainerPreferredAllocationResponse.newBuilder()
                                        .addAllDeviceIDs(preferred))
                        .build());
        answer.onCompleted();
    }

    @Override
    public void allocate(AllocateRequest request, StreamObserver<AllocateResponse> answer) {
        List<String> ids = request.getContainerRequests(0).getDevicesIdsList();
        calls.add("allocate " + ids);
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!refusal.isEmpty()) {
            answer.onError(Status.INTERNAL.withDescription(refusal).asRuntimeException());
            return;
        }
        ContainerAllocateResponse.Builder one =
                ContainerAllocateResponse.newBuilder()
                        .putEnvs("FAKE", String.join(",", ids))
                        .putAnnotations("fake/ids", String.join(",", ids))
                        .addMounts(
                                Mount.newBuilder()
                                        .setHostPath("/opt/fake")
                                        .setContainerPath("/fake")
                                        .setReadOnly(true));
        for (String id : new ArrayList<>(ids)) {
            one.addDevices(
                    DeviceSpec.newBuilder()
                            .setHostPath("/dev/null")
                            .setContainerPath("/dev/" + id)
                            .setPermissions("rw"));
            one.addCdiDevices(CDIDevice.newBuilder().setName("fake.com/thing=" + id));
        }
        answer.onNext(AllocateResponse.newBuilder().addContainerResponses(one).build());
        answer.onCompleted();
    }

    @Override
    public void preStartContainer(
            PreStartContainerRequest request, StreamObserver<PreStartContainerResponse> answer) {
        calls.add("pre-start " + request.getDevicesIdsList().stream().sorted().toList());
        answer.onNext(PreStartContainerResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void close() {
        listening.close();
        rpc.close();
    }
}
