package dev.caravel.csi;

import com.google.protobuf.Message;
import dev.caravel.proto.csi.NodeExpandVolumeRequest;
import dev.caravel.proto.csi.NodeExpandVolumeResponse;
import dev.caravel.proto.csi.NodeGetCapabilitiesRequest;
import dev.caravel.proto.csi.NodeGetCapabilitiesResponse;
import dev.caravel.proto.csi.NodeGetInfoRequest;
import dev.caravel.proto.csi.NodeGetInfoResponse;
import dev.caravel.proto.csi.NodeGetVolumeStatsRequest;
import dev.caravel.proto.csi.NodeGetVolumeStatsResponse;
import dev.caravel.proto.csi.NodeGrpc;
import dev.caravel.proto.csi.NodePublishVolumeRequest;
import dev.caravel.proto.csi.NodePublishVolumeResponse;
import dev.caravel.proto.csi.NodeServiceCapability;
import dev.caravel.proto.csi.NodeStageVolumeRequest;
import dev.caravel.proto.csi.NodeStageVolumeResponse;
import dev.caravel.proto.csi.NodeUnpublishVolumeRequest;
import dev.caravel.proto.csi.NodeUnpublishVolumeResponse;
import dev.caravel.proto.csi.NodeUnstageVolumeRequest;
import dev.caravel.proto.csi.NodeUnstageVolumeResponse;
import dev.caravel.proto.csi.Topology;
import dev.caravel.proto.csi.VolumeUsage;
import dev.caravel.proto.pluginregistration.InfoRequest;
import dev.caravel.proto.pluginregistration.PluginInfo;
import dev.caravel.proto.pluginregistration.RegistrationGrpc;
import dev.caravel.proto.pluginregistration.RegistrationStatus;
import dev.caravel.proto.pluginregistration.RegistrationStatusResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A CSI driver on a real socket: records what it is told, does with the file system what a test
 * says, and fails on demand. Serves its registration on the same socket.
 */
public final class FakeDriver implements AutoCloseable {
    /** Requests in the order they came. */
    public final List<Message> calls = new CopyOnWriteArrayList<>();

    public final List<RegistrationStatus> notified = new CopyOnWriteArrayList<>();

    /** What a method, by its simple name such as {@code stage}, fails with. */
    public final Map<String, Status> failures = new ConcurrentHashMap<>();

    public volatile Set<NodeCapability> capabilities = Set.of();
    public volatile long maxVolumes;
    public volatile Map<String, String> topology = Map.of();
    public volatile List<String> versions = List.of("1.0.0");

    /** Done before a call is answered, e.g. the mount of a publish. */
    public volatile Consumer<Message> work = request -> {};

    private final String name;
    private final Path socket;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Server server;

    public FakeDriver(String name, Path socket) throws IOException {
        this.name = name;
        this.socket = socket;
        this.server =
                NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .addService(new Node())
                        .addService(new Registration())
                        .build()
                        .start();
    }

    public Path socket() {
        return socket;
    }

    /** The requests of one kind. */
    public <T extends Message> List<T> calls(Class<T> type) {
        return calls.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() {
        Server _ = server.shutdownNow();
        var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private <A> void answer(String method, Message request, A answer, StreamObserver<A> out) {
        calls.add(request);
        Status failure = failures.get(method);
        if (failure != null) {
            out.onError(failure.asRuntimeException());
            return;
        }
        try {
            work.accept(request);
        } catch (RuntimeException e) {
            out.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
            return;
        }
        out.onNext(answer);
        out.onCompleted();
    }

    private final class Registration extends RegistrationGrpc.RegistrationImplBase {
        @Override
        public void getInfo(InfoRequest request, StreamObserver<PluginInfo> out) {
            answer(
                    "info",
                    request,
                    PluginInfo.newBuilder()
                            .setType("CSIPlugin")
                            .setName(name)
                            .setEndpoint(socket.toString())
                            .addAllSupportedVersions(versions)
                            .build(),
                    out);
        }

        @Override
        public void notifyRegistrationStatus(
                RegistrationStatus request, StreamObserver<RegistrationStatusResponse> out) {
            notified.add(request);
            out.onNext(RegistrationStatusResponse.getDefaultInstance());
            out.onCompleted();
        }
    }

    private final class Node extends NodeGrpc.NodeImplBase {
        @Override
        public void nodeGetInfo(
                NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> out) {
            answer(
                    "nodeInfo",
                    request,
                    NodeGetInfoResponse.newBuilder()
                            .setNodeId("id-of-" + name)
                            .setMaxVolumesPerNode(maxVolumes)
                            .setAccessibleTopology(Topology.newBuilder().putAllSegments(topology))
                            .build(),
                    out);
        }

        @Override
        public void nodeGetCapabilities(
                NodeGetCapabilitiesRequest request,
                StreamObserver<NodeGetCapabilitiesResponse> out) {
            var answer = NodeGetCapabilitiesResponse.newBuilder();
            for (NodeCapability capability : capabilities) {
                answer.addCapabilities(
                        NodeServiceCapability.newBuilder()
                                .setRpc(
                                        NodeServiceCapability.RPC
                                                .newBuilder()
                                                .setType(
                                                        NodeServiceCapability.RPC.Type.valueOf(
                                                                capability.name()))));
            }
            answer("capabilities", request, answer.build(), out);
        }

        @Override
        public void nodeStageVolume(
                NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> out) {
            answer("stage", request, NodeStageVolumeResponse.getDefaultInstance(), out);
        }

        @Override
        public void nodeUnstageVolume(
                NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> out) {
            answer("unstage", request, NodeUnstageVolumeResponse.getDefaultInstance(), out);
        }

        @Override
        public void nodePublishVolume(
                NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> out) {
            answer("publish", request, NodePublishVolumeResponse.getDefaultInstance(), out);
        }

        @Override
        public void nodeUnpublishVolume(
                NodeUnpublishVolumeRequest request,
                StreamObserver<NodeUnpublishVolumeResponse> out) {
            answer("unpublish", request, NodeUnpublishVolumeResponse.getDefaultInstance(), out);
        }

        @Override
        public void nodeGetVolumeStats(
                NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> out) {
            answer(
                    "stats",
                    request,
                    NodeGetVolumeStatsResponse.newBuilder()
                            .addUsage(
                                    VolumeUsage.newBuilder()
                                            .setUnit(VolumeUsage.Unit.BYTES)
                                            .setTotal(100)
                                            .setUsed(30)
                                            .setAvailable(70))
                            .build(),
                    out);
        }

        @Override
        public void nodeExpandVolume(
                NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> out) {
            answer(
                    "expand",
                    request,
                    NodeExpandVolumeResponse.newBuilder()
                            .setCapacityBytes(request.getCapacityRange().getRequiredBytes())
                            .build(),
                    out);
        }
    }
}
