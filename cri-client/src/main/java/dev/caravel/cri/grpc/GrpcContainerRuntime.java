package dev.caravel.cri.grpc;

import dev.caravel.cri.AttachRequest;
import dev.caravel.cri.CallObserver;
import dev.caravel.cri.CheckpointPodRequest;
import dev.caravel.cri.Container;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerEvents;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ContainerStats;
import dev.caravel.cri.ContainerStatsFilter;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ExecRequest;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.Listing;
import dev.caravel.cri.MetricDescriptor;
import dev.caravel.cri.RestorePodRequest;
import dev.caravel.cri.RestoredPod;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.RuntimeConfig;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.cri.RuntimeVersion;
import dev.caravel.cri.Sandbox;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxFilter;
import dev.caravel.cri.SandboxMetrics;
import dev.caravel.cri.SandboxStats;
import dev.caravel.cri.SandboxStatsFilter;
import dev.caravel.cri.SandboxStatus;
import dev.caravel.cri.grpc.Calls.Subject;
import dev.caravel.proto.cri.CheckpointContainerRequest;
import dev.caravel.proto.cri.ContainerStatsRequest;
import dev.caravel.proto.cri.ContainerStatusRequest;
import dev.caravel.proto.cri.CreateContainerRequest;
import dev.caravel.proto.cri.ExecSyncRequest;
import dev.caravel.proto.cri.ListContainerStatsRequest;
import dev.caravel.proto.cri.ListContainersRequest;
import dev.caravel.proto.cri.ListMetricDescriptorsRequest;
import dev.caravel.proto.cri.ListPodSandboxMetricsRequest;
import dev.caravel.proto.cri.ListPodSandboxRequest;
import dev.caravel.proto.cri.ListPodSandboxStatsRequest;
import dev.caravel.proto.cri.PodSandbox;
import dev.caravel.proto.cri.PodSandboxMetrics;
import dev.caravel.proto.cri.PodSandboxStatsRequest;
import dev.caravel.proto.cri.PodSandboxStatusRequest;
import dev.caravel.proto.cri.PortForwardRequest;
import dev.caravel.proto.cri.RemoveContainerRequest;
import dev.caravel.proto.cri.RemovePodSandboxRequest;
import dev.caravel.proto.cri.ReopenContainerLogRequest;
import dev.caravel.proto.cri.RunPodSandboxRequest;
import dev.caravel.proto.cri.RuntimeConfigRequest;
import dev.caravel.proto.cri.RuntimeServiceGrpc;
import dev.caravel.proto.cri.StartContainerRequest;
import dev.caravel.proto.cri.StatusRequest;
import dev.caravel.proto.cri.StopContainerRequest;
import dev.caravel.proto.cri.StopPodSandboxRequest;
import dev.caravel.proto.cri.UpdateContainerResourcesRequest;
import dev.caravel.proto.cri.UpdatePodSandboxResourcesRequest;
import dev.caravel.proto.cri.UpdateRuntimeConfigRequest;
import dev.caravel.proto.cri.VersionRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ContainerRuntime} over gRPC; the limit of each call is that of kubelet contract §4.1. */
public final class GrpcContainerRuntime implements ContainerRuntime {
    private final RuntimeConnection connection;
    private final Duration limit;
    private final CallObserver observer;
    private final Calls calls;

    /**
     * Talks to the runtime over a connection, which the image service may share; closing this
     * closes it.
     *
     * @param requestTimeout {@code runtimeRequestTimeout} of the kubelet configuration
     */
    public GrpcContainerRuntime(
            RuntimeConnection connection, Duration requestTimeout, CallObserver observer) {
        this.connection = connection;
        this.limit = requestTimeout;
        this.observer = observer;
        this.calls = new Calls(connection, requestTimeout, observer);
    }

    @Override
    public RuntimeVersion version() {
        return calls.call(
                new Subject("version", ""),
                RuntimeServiceGrpc.getVersionMethod(),
                VersionRequest.newBuilder().setVersion(StatusWire.KUBELET_API_VERSION).build(),
                StatusWire::read);
    }

    @Override
    public RuntimeStatus status(boolean verbose) {
        return calls.call(
                new Subject("status", ""),
                RuntimeServiceGrpc.getStatusMethod(),
                StatusRequest.newBuilder().setVerbose(verbose).build(),
                StatusWire::read);
    }

    @Override
    public RuntimeConfig runtimeConfig() {
        try {
            return calls.call(
                    new Subject("runtime_config", ""),
                    RuntimeServiceGrpc.getRuntimeConfigMethod(),
                    RuntimeConfigRequest.getDefaultInstance(),
                    StatusWire::read);
        } catch (RuntimeCallException e) {
            if (e.isUnimplemented()) {
                return new RuntimeConfig.Unimplemented();
            }
            throw e;
        }
    }

    @Override
    public void updateRuntimeConfig(String podCidr) {
        var request = UpdateRuntimeConfigRequest.newBuilder();
        request.getRuntimeConfigBuilder().getNetworkConfigBuilder().setPodCidr(podCidr);
        calls.run(
                new Subject("update_runtime_config", podCidr),
                RuntimeServiceGrpc.getUpdateRuntimeConfigMethod(),
                request.build());
    }

    @Override
    public String runPodSandbox(SandboxConfig config, String runtimeHandler) {
        return calls.call(
                new Subject("run_podsandbox", podName(config)),
                RuntimeServiceGrpc.getRunPodSandboxMethod(),
                RunPodSandboxRequest.newBuilder()
                        .setConfig(SandboxWire.toWire(config))
                        .setRuntimeHandler(runtimeHandler)
                        .build(),
                // twice the usual: the network plugin works within this call
                limit.multipliedBy(2),
                answer -> Answer.id("pod_sandbox_id", answer.getPodSandboxId()));
    }

    private static String podName(SandboxConfig config) {
        return config.metadata().namespace() + "/" + config.metadata().name();
    }

    @Override
    public void stopPodSandbox(String id) {
        calls.remove(
                new Subject("stop_podsandbox", id),
                RuntimeServiceGrpc.getStopPodSandboxMethod(),
                StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    @Override
    public void removePodSandbox(String id) {
        calls.remove(
                new Subject("remove_podsandbox", id),
                RuntimeServiceGrpc.getRemovePodSandboxMethod(),
                RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    @Override
    public SandboxStatus podSandboxStatus(String id, boolean verbose) {
        return calls.call(
                new Subject("podsandbox_status", id),
                RuntimeServiceGrpc.getPodSandboxStatusMethod(),
                PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(id)
                        .setVerbose(verbose)
                        .build(),
                SandboxWire::read);
    }

    @Override
    public Listing<Sandbox> listPodSandboxes(SandboxFilter filter) {
        return calls.call(
                new Subject("list_podsandbox", ""),
                RuntimeServiceGrpc.getListPodSandboxMethod(),
                ListPodSandboxRequest.newBuilder().setFilter(SandboxWire.toWire(filter)).build(),
                answer ->
                        Answer.listing(
                                answer.getItemsList(), PodSandbox::getId, SandboxWire::read));
    }

    @Override
    public void updatePodSandboxResources(
            String id, Optional<LinuxResources> overhead, Optional<LinuxResources> resources) {
        var request = UpdatePodSandboxResourcesRequest.newBuilder().setPodSandboxId(id);
        overhead.ifPresent(r -> request.setOverhead(ResourcesWire.toWire(r)));
        resources.ifPresent(r -> request.setResources(ResourcesWire.toWire(r)));
        calls.run(
                new Subject("update_podsandbox_resources", id),
                RuntimeServiceGrpc.getUpdatePodSandboxResourcesMethod(),
                request.build());
    }

    @Override
    public String createContainer(String sandboxId, ContainerConfig config, SandboxConfig sandbox) {
        var subject =
                new Subject("create_container", podName(sandbox) + "/" + config.metadata().name());
        return calls.call(
                subject,
                RuntimeServiceGrpc.getCreateContainerMethod(),
                CreateContainerRequest.newBuilder()
                        .setPodSandboxId(sandboxId)
                        .setConfig(toWire(subject, config))
                        .setSandboxConfig(SandboxWire.toWire(sandbox))
                        .build(),
                answer -> Answer.id("container_id", answer.getContainerId()));
    }

    private static dev.caravel.proto.cri.ContainerConfig toWire(
            Subject subject, ContainerConfig config) {
        try {
            return ContainerWire.toWire(config);
        } catch (IllegalArgumentException e) {
            throw new RuntimeCallException(
                    subject.operation(),
                    subject.objectId(),
                    Code.INVALID_ARGUMENT,
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    @Override
    public void startContainer(String id) {
        calls.run(
                new Subject("start_container", id),
                RuntimeServiceGrpc.getStartContainerMethod(),
                StartContainerRequest.newBuilder().setContainerId(id).build());
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        long seconds = wholeSeconds(grace);
        calls.remove(
                new Subject("stop_container", id),
                RuntimeServiceGrpc.getStopContainerMethod(),
                StopContainerRequest.newBuilder().setContainerId(id).setTimeout(seconds).build(),
                limit.plusSeconds(seconds));
    }

    @Override
    public void removeContainer(String id) {
        calls.remove(
                new Subject("remove_container", id),
                RuntimeServiceGrpc.getRemoveContainerMethod(),
                RemoveContainerRequest.newBuilder().setContainerId(id).build());
    }

    @Override
    public Listing<Container> listContainers(ContainerFilter filter) {
        return calls.call(
                new Subject("list_containers", ""),
                RuntimeServiceGrpc.getListContainersMethod(),
                ListContainersRequest.newBuilder().setFilter(ContainerWire.toWire(filter)).build(),
                answer ->
                        Answer.listing(
                                answer.getContainersList(),
                                dev.caravel.proto.cri.Container::getId,
                                ContainerWire::read));
    }

    @Override
    public ContainerStatus containerStatus(String id, boolean verbose) {
        return calls.call(
                new Subject("container_status", id),
                RuntimeServiceGrpc.getContainerStatusMethod(),
                ContainerStatusRequest.newBuilder().setContainerId(id).setVerbose(verbose).build(),
                answer -> ContainerWire.read(answer.getStatus(), answer.getInfoMap()));
    }

    @Override
    public void updateContainerResources(
            String id, LinuxResources resources, Map<String, String> annotations) {
        calls.run(
                new Subject("update_container", id),
                RuntimeServiceGrpc.getUpdateContainerResourcesMethod(),
                UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(id)
                        .setLinux(ResourcesWire.toWire(resources))
                        .putAllAnnotations(annotations)
                        .build());
    }

    @Override
    public void reopenContainerLog(String id) {
        calls.run(
                new Subject("reopen_container_log", id),
                RuntimeServiceGrpc.getReopenContainerLogMethod(),
                ReopenContainerLogRequest.newBuilder().setContainerId(id).build());
    }

    @Override
    public ExecResult execSync(String id, List<String> command, Duration timeout) {
        long seconds = wholeSeconds(timeout);
        var subject = new Subject("exec_sync", id);
        var method = RuntimeServiceGrpc.getExecSyncMethod();
        var request =
                ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(command)
                        .setTimeout(seconds)
                        .build();
        return seconds == 0
                ? calls.callWithoutLimit(
                        connection.calls(), subject, method, request, StreamingWire::read)
                : calls.call(
                        subject, method, request, limit.plusSeconds(seconds), StreamingWire::read);
    }

    @Override
    public String exec(ExecRequest request) {
        return calls.call(
                new Subject("exec", request.containerId()),
                RuntimeServiceGrpc.getExecMethod(),
                StreamingWire.toWire(request),
                answer -> Answer.present("url", answer.getUrl()));
    }

    @Override
    public String attach(AttachRequest request) {
        return calls.call(
                new Subject("attach", request.containerId()),
                RuntimeServiceGrpc.getAttachMethod(),
                StreamingWire.toWire(request),
                answer -> Answer.present("url", answer.getUrl()));
    }

    @Override
    public String portForward(String sandboxId, List<Integer> ports) {
        return calls.call(
                new Subject("port_forward", sandboxId),
                RuntimeServiceGrpc.getPortForwardMethod(),
                PortForwardRequest.newBuilder()
                        .setPodSandboxId(sandboxId)
                        .addAllPort(ports)
                        .build(),
                answer -> Answer.present("url", answer.getUrl()));
    }

    @Override
    public ContainerStats containerStats(String id) {
        return calls.call(
                new Subject("container_stats", id),
                RuntimeServiceGrpc.getContainerStatsMethod(),
                ContainerStatsRequest.newBuilder().setContainerId(id).build(),
                answer -> StatsWire.read(answer.getStats()));
    }

    @Override
    public Listing<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
        return calls.call(
                new Subject("list_container_stats", ""),
                RuntimeServiceGrpc.getListContainerStatsMethod(),
                ListContainerStatsRequest.newBuilder().setFilter(StatsWire.toWire(filter)).build(),
                answer ->
                        Answer.listing(
                                answer.getStatsList(),
                                stats -> stats.getAttributes().getId(),
                                StatsWire::read));
    }

    @Override
    public SandboxStats podSandboxStats(String id) {
        return calls.call(
                new Subject("podsandbox_stats", id),
                RuntimeServiceGrpc.getPodSandboxStatsMethod(),
                PodSandboxStatsRequest.newBuilder().setPodSandboxId(id).build(),
                answer -> StatsWire.read(answer.getStats()));
    }

    @Override
    public Listing<SandboxStats> listPodSandboxStats(SandboxStatsFilter filter) {
        return calls.call(
                new Subject("list_podsandbox_stats", ""),
                RuntimeServiceGrpc.getListPodSandboxStatsMethod(),
                ListPodSandboxStatsRequest.newBuilder().setFilter(StatsWire.toWire(filter)).build(),
                answer ->
                        Answer.listing(
                                answer.getStatsList(),
                                stats -> stats.getAttributes().getId(),
                                StatsWire::read));
    }

    @Override
    public List<MetricDescriptor> listMetricDescriptors() {
        return calls.call(
                new Subject("list_metric_descriptors", ""),
                RuntimeServiceGrpc.getListMetricDescriptorsMethod(),
                ListMetricDescriptorsRequest.getDefaultInstance(),
                answer -> answer.getDescriptorsList().stream().map(MetricsWire::read).toList());
    }

    @Override
    public Listing<SandboxMetrics> listPodSandboxMetrics() {
        return calls.call(
                new Subject("list_podsandbox_metrics", ""),
                RuntimeServiceGrpc.getListPodSandboxMetricsMethod(),
                ListPodSandboxMetricsRequest.getDefaultInstance(),
                answer ->
                        Answer.listing(
                                answer.getPodMetricsList(),
                                PodSandboxMetrics::getPodSandboxId,
                                MetricsWire::read));
    }

    @Override
    public void checkpointContainer(String id, String location, Duration timeout) {
        var within = longer(timeout);
        calls.run(
                new Subject("checkpoint_container", id),
                RuntimeServiceGrpc.getCheckpointContainerMethod(),
                CheckpointContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setLocation(location)
                        .setTimeout(wholeSeconds(within))
                        .build(),
                within);
    }

    @Override
    public void checkpointPod(CheckpointPodRequest request) {
        calls.run(
                new Subject("checkpoint_pod", request.sandboxId()),
                RuntimeServiceGrpc.getCheckpointPodMethod(),
                dev.caravel.proto.cri.CheckpointPodRequest.newBuilder()
                        .setPodSandboxId(request.sandboxId())
                        .setOutputPath(request.outputPath())
                        .addAllContainerIds(request.containerIds())
                        .putAllOptions(request.options())
                        .build(),
                request.timeout().isZero() ? limit : request.timeout());
    }

    @Override
    public RestoredPod restorePod(RestorePodRequest request) {
        var subject = new Subject("restore_pod", podName(request.config()));
        var wire =
                dev.caravel.proto.cri.RestorePodRequest.newBuilder()
                        .setCheckpointPath(request.checkpointPath())
                        .setConfig(SandboxWire.toWire(request.config()))
                        .setRuntimeHandler(request.runtimeHandler())
                        .putAllOptions(request.options());
        request.containerConfigs().forEach(c -> wire.addContainerConfigs(toWire(subject, c)));
        return calls.call(
                subject,
                RuntimeServiceGrpc.getRestorePodMethod(),
                wire.build(),
                request.timeout().isZero() ? limit : request.timeout(),
                StreamingWire::read);
    }

    @Override
    public ContainerEvents containerEvents() {
        return new EventStream(connection.streams(), calls, observer);
    }

    @Override
    public void close() {
        connection.close();
    }

    private Duration longer(Duration timeout) {
        return timeout.compareTo(limit) > 0 ? timeout : limit;
    }

    /** CRI counts whole seconds; rounding up keeps a short limit from becoming "none". */
    private static long wholeSeconds(Duration duration) {
        return duration.isNegative() ? 0 : duration.plusNanos(999_999_999).toSeconds();
    }
}
