package dev.caravel.kubelet.device;

import dev.caravel.kubelet.rpc.SocketRpc;
import dev.caravel.proto.deviceplugin.AllocateRequest;
import dev.caravel.proto.deviceplugin.AllocateResponse;
import dev.caravel.proto.deviceplugin.ContainerAllocateRequest;
import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import dev.caravel.proto.deviceplugin.ContainerPreferredAllocationRequest;
import dev.caravel.proto.deviceplugin.DevicePluginGrpc;
import dev.caravel.proto.deviceplugin.DevicePluginOptions;
import dev.caravel.proto.deviceplugin.Empty;
import dev.caravel.proto.deviceplugin.ListAndWatchResponse;
import dev.caravel.proto.deviceplugin.NUMANode;
import dev.caravel.proto.deviceplugin.PreStartContainerRequest;
import dev.caravel.proto.deviceplugin.PreferredAllocationRequest;
import dev.caravel.proto.deviceplugin.PreferredAllocationResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plugin on its unix socket. */
final class GrpcDevicePlugin implements DevicePlugin {

    private static final Logger log = LoggerFactory.getLogger(GrpcDevicePlugin.class);

    private static final Duration OPTIONS_LIMIT = Duration.ofSeconds(10);

    /** Upstream's limit. */
    private static final Duration PRE_START_LIMIT = Duration.ofSeconds(30);

    /** Upstream waits for ever here, and with it every other pod of the node. */
    private static final Duration ALLOCATE_LIMIT = Duration.ofMinutes(2);

    private static final String HEALTHY = "Healthy";

    private final Path socket;
    private final ManagedChannel channel;

    GrpcDevicePlugin(SocketRpc rpc, Path socket) {
        this.socket = socket;
        this.channel = rpc.connect(socket);
    }

    @Override
    public Options options() throws DeviceException, InterruptedException {
        DevicePluginOptions options =
                call(
                        DevicePluginGrpc.getGetDevicePluginOptionsMethod(),
                        Empty.getDefaultInstance(),
                        OPTIONS_LIMIT);
        return new Options(
                options.getPreStartRequired(), options.getGetPreferredAllocationAvailable());
    }

    @Override
    public void listAndWatch(Consumer<List<Device>> devices) throws InterruptedException {
        try {
            Iterator<ListAndWatchResponse> answers =
                    ClientCalls.blockingServerStreamingCall(
                            channel,
                            DevicePluginGrpc.getListAndWatchMethod(),
                            CallOptions.DEFAULT.withWaitForReady(),
                            Empty.getDefaultInstance());
            while (answers.hasNext()) {
                devices.accept(
                        answers.next().getDevicesList().stream()
                                .map(GrpcDevicePlugin::device)
                                .toList());
            }
            log.info("Device plugin on {} ended its list", socket);
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("ListAndWatch of " + socket);
            }
            log.info("Device plugin on {} is gone: {}", socket, e.getStatus());
        }
    }

    private static Device device(dev.caravel.proto.deviceplugin.Device d) {
        return new Device(
                d.getID(),
                d.getHealth().equals(HEALTHY),
                d.getTopology().getNodesList().stream().map(NUMANode::getID).toList());
    }

    @Override
    public Set<String> preferred(Collection<String> available, Collection<String> must, int size)
            throws DeviceException, InterruptedException {
        PreferredAllocationResponse answer =
                call(
                        DevicePluginGrpc.getGetPreferredAllocationMethod(),
                        PreferredAllocationRequest.newBuilder()
                                .addContainerRequests(
                                        ContainerPreferredAllocationRequest.newBuilder()
                                                .addAllAvailableDeviceIDs(available)
                                                .addAllMustIncludeDeviceIDs(must)
                                                .setAllocationSize(size))
                                .build(),
                        ALLOCATE_LIMIT);
        return answer.getContainerResponsesCount() == 0
                ? Set.of()
                : new HashSet<>(answer.getContainerResponses(0).getDeviceIDsList());
    }

    @Override
    public ContainerAllocateResponse allocate(Collection<String> ids)
            throws DeviceException, InterruptedException {
        AllocateResponse answer =
                call(
                        DevicePluginGrpc.getAllocateMethod(),
                        AllocateRequest.newBuilder()
                                .addContainerRequests(
                                        ContainerAllocateRequest.newBuilder().addAllDevicesIds(ids))
                                .build(),
                        ALLOCATE_LIMIT);
        if (answer.getContainerResponsesCount() == 0) {
            throw new DeviceException("no containers return in allocation response");
        }
        return answer.getContainerResponses(0);
    }

    @Override
    public void preStart(Collection<String> ids) throws DeviceException, InterruptedException {
        call(
                DevicePluginGrpc.getPreStartContainerMethod(),
                PreStartContainerRequest.newBuilder().addAllDevicesIds(ids).build(),
                PRE_START_LIMIT);
    }

    private <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Duration limit)
            throws DeviceException, InterruptedException {
        try {
            return ClientCalls.blockingUnaryCall(
                    channel,
                    method,
                    CallOptions.DEFAULT.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS),
                    request);
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException(method.getFullMethodName() + " was interrupted");
            }
            throw new DeviceException(goText(e.getStatus()), e);
        }
    }

    /** As Go prints an error of gRPC. */
    private static String goText(Status status) {
        StringBuilder code = new StringBuilder();
        for (String word : status.getCode().name().split("_", -1)) {
            code.append(word.charAt(0))
                    .append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        String text = status.getDescription() == null ? "" : status.getDescription();
        return "rpc error: code = " + code + " desc = " + text;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
