package dev.caravel.csi.grpc;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.ExpandRequest;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.NodeInfo;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.PublishRequest;
import dev.caravel.csi.StageRequest;
import dev.caravel.csi.VolumeStats;
import dev.caravel.proto.csi.CapacityRange;
import dev.caravel.proto.csi.NodeExpandVolumeRequest;
import dev.caravel.proto.csi.NodeGetCapabilitiesRequest;
import dev.caravel.proto.csi.NodeGetInfoRequest;
import dev.caravel.proto.csi.NodeGetVolumeStatsRequest;
import dev.caravel.proto.csi.NodeGrpc;
import dev.caravel.proto.csi.NodePublishVolumeRequest;
import dev.caravel.proto.csi.NodeServiceCapability;
import dev.caravel.proto.csi.NodeStageVolumeRequest;
import dev.caravel.proto.csi.NodeUnpublishVolumeRequest;
import dev.caravel.proto.csi.NodeUnstageVolumeRequest;
import dev.caravel.proto.csi.VolumeUsage;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** {@link NodeService} over gRPC. */
final class GrpcNodeService implements NodeService {
    private final PluginSockets sockets;
    private final Path socket;
    private final Duration limit;

    GrpcNodeService(PluginSockets sockets, Path socket, Duration limit) {
        this.sockets = sockets;
        this.socket = socket;
        this.limit = limit;
    }

    @Override
    public NodeInfo info() throws CsiException, InterruptedException {
        var answer = call(NodeGrpc.getNodeGetInfoMethod(), NodeGetInfoRequest.getDefaultInstance());
        return new NodeInfo(
                answer.getNodeId(),
                answer.getMaxVolumesPerNode(),
                answer.getAccessibleTopology().getSegmentsMap());
    }

    @Override
    public Set<NodeCapability> capabilities() throws CsiException, InterruptedException {
        var answer =
                call(
                        NodeGrpc.getNodeGetCapabilitiesMethod(),
                        NodeGetCapabilitiesRequest.getDefaultInstance());
        Set<NodeCapability> known = EnumSet.noneOf(NodeCapability.class);
        for (NodeServiceCapability capability : answer.getCapabilitiesList()) {
            switch (capability.getRpc().getType()) {
                case STAGE_UNSTAGE_VOLUME -> known.add(NodeCapability.STAGE_UNSTAGE_VOLUME);
                case GET_VOLUME_STATS -> known.add(NodeCapability.GET_VOLUME_STATS);
                case EXPAND_VOLUME -> known.add(NodeCapability.EXPAND_VOLUME);
                case SINGLE_NODE_MULTI_WRITER -> known.add(NodeCapability.SINGLE_NODE_MULTI_WRITER);
                case VOLUME_MOUNT_GROUP -> known.add(NodeCapability.VOLUME_MOUNT_GROUP);
                case UNKNOWN, GET_VOLUME_HEALTH, GET_STORAGE_HEALTH, UNRECOGNIZED -> {}
            }
        }
        return known;
    }

    @Override
    public void stage(StageRequest request) throws CsiException, InterruptedException {
        run(
                NodeGrpc.getNodeStageVolumeMethod(),
                NodeStageVolumeRequest.newBuilder()
                        .setVolumeId(request.volumeId())
                        .putAllPublishContext(request.publishContext())
                        .setStagingTargetPath(request.stagingPath())
                        .setVolumeCapability(Wire.capability(request.capability()))
                        .putAllSecrets(request.secrets())
                        .putAllVolumeContext(request.volumeContext())
                        .build());
    }

    @Override
    public void unstage(String volumeId, String stagingPath)
            throws CsiException, InterruptedException {
        run(
                NodeGrpc.getNodeUnstageVolumeMethod(),
                NodeUnstageVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setStagingTargetPath(stagingPath)
                        .build());
    }

    @Override
    public void publish(PublishRequest request) throws CsiException, InterruptedException {
        run(
                NodeGrpc.getNodePublishVolumeMethod(),
                NodePublishVolumeRequest.newBuilder()
                        .setVolumeId(request.volumeId())
                        .putAllPublishContext(request.publishContext())
                        .setStagingTargetPath(request.stagingPath())
                        .setTargetPath(request.targetPath())
                        .setVolumeCapability(Wire.capability(request.capability()))
                        .setReadonly(request.readOnly())
                        .putAllSecrets(request.secrets())
                        .putAllVolumeContext(request.volumeContext())
                        .build());
    }

    @Override
    public void unpublish(String volumeId, String targetPath)
            throws CsiException, InterruptedException {
        run(
                NodeGrpc.getNodeUnpublishVolumeMethod(),
                NodeUnpublishVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setTargetPath(targetPath)
                        .build());
    }

    @Override
    public VolumeStats stats(String volumeId, String volumePath, String stagingPath)
            throws CsiException, InterruptedException {
        var answer =
                call(
                        NodeGrpc.getNodeGetVolumeStatsMethod(),
                        NodeGetVolumeStatsRequest.newBuilder()
                                .setVolumeId(volumeId)
                                .setVolumePath(volumePath)
                                .setStagingTargetPath(stagingPath)
                                .build());
        Optional<VolumeStats.Amount> bytes = Optional.empty();
        Optional<VolumeStats.Amount> inodes = Optional.empty();
        for (VolumeUsage usage : answer.getUsageList()) {
            var amount =
                    new VolumeStats.Amount(usage.getTotal(), usage.getUsed(), usage.getAvailable());
            switch (usage.getUnit()) {
                case BYTES -> bytes = Optional.of(amount);
                case INODES -> inodes = Optional.of(amount);
                case UNKNOWN, UNRECOGNIZED -> {}
            }
        }
        return new VolumeStats(bytes, inodes);
    }

    @Override
    public long expand(ExpandRequest request) throws CsiException, InterruptedException {
        return call(
                        NodeGrpc.getNodeExpandVolumeMethod(),
                        NodeExpandVolumeRequest.newBuilder()
                                .setVolumeId(request.volumeId())
                                .setVolumePath(request.volumePath())
                                .setStagingTargetPath(request.stagingPath())
                                .setCapacityRange(
                                        CapacityRange.newBuilder()
                                                .setRequiredBytes(request.bytes()))
                                .setVolumeCapability(Wire.capability(request.capability()))
                                .putAllSecrets(request.secrets())
                                .build())
                .getCapacityBytes();
    }

    private <Q, A> A call(MethodDescriptor<Q, A> method, Q request)
            throws CsiException, InterruptedException {
        return sockets.call(socket, method, request, limit);
    }

    private <Q, A> void run(MethodDescriptor<Q, A> method, Q request)
            throws CsiException, InterruptedException {
        A _ = call(method, request);
    }
}
