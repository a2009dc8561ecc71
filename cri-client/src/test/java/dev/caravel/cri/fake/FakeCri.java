package dev.caravel.cri.fake;

import dev.caravel.cri.AttachRequest;
import dev.caravel.cri.Bytes;
import dev.caravel.cri.CgroupDriver;
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
import dev.caravel.cri.Image;
import dev.caravel.cri.ImageFsInfo;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.Listing;
import dev.caravel.cri.MetricDescriptor;
import dev.caravel.cri.RegistryCredentials;
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
import dev.caravel.cri.SandboxState;
import dev.caravel.cri.SandboxStats;
import dev.caravel.cri.SandboxStatsFilter;
import dev.caravel.cri.SandboxStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls of a {@link FakeRuntime}; what a test arranges is there, what the kubelet sees is here.
 */
abstract sealed class FakeCri implements ContainerRuntime, ImageService permits FakeRuntime {
    final Clock clock;
    final FakeCalls calls = new FakeCalls();
    final FakeEvents events = new FakeEvents();
    final FakePods pods;
    final FakeImages images = new FakeImages();
    final FakeStats stats = new FakeStats();
    final List<String> handlers = new CopyOnWriteArrayList<>(List.of("", "runc"));
    volatile Function<ContainerConfig, Program> programs = _ -> Program.runs();
    volatile FakeRuntime.Exec exec = (_, _, _) -> new ExecResult(0, Bytes.empty(), Bytes.empty());
    volatile RuntimeConfig runtimeConfig = new RuntimeConfig.Reported(CgroupDriver.CGROUPFS);
    volatile String streamingServer = "http://127.0.0.1:1";
    volatile boolean runtimeReady = true;
    volatile boolean networkReady = true;
    volatile boolean sendsEvents = true;
    private int streams;

    FakeCri(Clock clock) {
        this.clock = clock;
        this.pods = new FakePods(clock, events);
    }

    private <T> T call(String operation, Supplier<T> work) {
        return calls.call(operation, List.of(), work);
    }

    private <T> T sandboxCall(String operation, String id, Supplier<T> work) {
        return calls.call(operation, calls.locked(() -> pods.namesOfSandbox(id)), work);
    }

    private <T> T containerCall(String operation, String id, Supplier<T> work) {
        return calls.call(operation, calls.locked(() -> pods.namesOfContainer(id)), work);
    }

    @Override
    public RuntimeVersion version() {
        return call("version", () -> new RuntimeVersion("0.1.0", "fake", "1.0.0", "v1"));
    }

    @Override
    public RuntimeStatus status(boolean verbose) {
        return call(
                "status",
                () ->
                        new RuntimeStatus(
                                List.of(
                                        condition(RuntimeStatus.RUNTIME_READY, runtimeReady),
                                        condition(RuntimeStatus.NETWORK_READY, networkReady)),
                                handlers.stream()
                                        .map(name -> new RuntimeStatus.Handler(name, true, true))
                                        .toList(),
                                Optional.of(new RuntimeStatus.Features(true, true, false)),
                                Map.of()));
    }

    private static RuntimeStatus.Condition condition(String type, boolean status) {
        return new RuntimeStatus.Condition(
                type, status, status ? "" : type + "Not", status ? "" : "the test says so");
    }

    @Override
    public RuntimeConfig runtimeConfig() {
        return call("runtime_config", () -> runtimeConfig);
    }

    @Override
    public void updateRuntimeConfig(String podCidr) {
        calls.call("update_runtime_config", List.of(podCidr), () -> podCidr);
    }

    @Override
    public String runPodSandbox(SandboxConfig config, String runtimeHandler) {
        var names = FakePods.names(config);
        return calls.call(
                "run_podsandbox",
                names,
                () -> {
                    if (!handlers.contains(runtimeHandler)) {
                        throw new RuntimeCallException(
                                "run_podsandbox",
                                names.getFirst(),
                                Code.UNKNOWN,
                                "no runtime for \"" + runtimeHandler + "\" is configured");
                    }
                    if (!networkReady && !FakePods.onHostNetwork(config)) {
                        throw new RuntimeCallException(
                                "run_podsandbox",
                                names.getFirst(),
                                Code.UNKNOWN,
                                "failed to setup network for sandbox: cni plugin not initialized");
                    }
                    return pods.run(config, runtimeHandler);
                });
    }

    @Override
    public void stopPodSandbox(String id) {
        sandboxCall("stop_podsandbox", id, () -> done(() -> pods.stopSandbox(id)));
    }

    @Override
    public void removePodSandbox(String id) {
        sandboxCall("remove_podsandbox", id, () -> done(() -> pods.removeSandbox(id)));
    }

    private static boolean done(Runnable work) {
        work.run();
        return true;
    }

    @Override
    public SandboxStatus podSandboxStatus(String id, boolean verbose) {
        return sandboxCall(
                "podsandbox_status", id, () -> pods.pod("podsandbox_status", id).status());
    }

    @Override
    public Listing<Sandbox> listPodSandboxes(SandboxFilter filter) {
        return call("list_podsandbox", () -> Listing.of(pods.list(filter)));
    }

    @Override
    public void updatePodSandboxResources(
            String id, Optional<LinuxResources> overhead, Optional<LinuxResources> resources) {
        sandboxCall(
                "update_podsandbox_resources",
                id,
                () -> pods.pod("update_podsandbox_resources", id));
    }

    @Override
    public String createContainer(String sandboxId, ContainerConfig config, SandboxConfig sandbox) {
        return calls.call(
                "create_container",
                FakePods.names(sandbox, config),
                () -> {
                    pods.pod("create_container", sandboxId);
                    var image =
                            images.find(config.image().image())
                                    .orElseThrow(() ->
                                            new RuntimeCallException(
                                                    "create_container",
                                                    config.metadata().name(),
                                                    Code.NOT_FOUND,
                                                    "failed to resolve image \""
                                                            + config.image().image()
                                                            + "\": not found"));
                    return pods.create(sandboxId, config, image, programs.apply(config));
                });
    }

    @Override
    public void startContainer(String id) {
        try {
            containerCall("start_container", id, () -> done(() -> pods.start(id)));
        } catch (RuntimeCallException e) {
            if (e.code() == Code.UNKNOWN) {
                calls.locked(() -> done(() -> pods.couldNotStart(id, e.detail())));
            }
            throw e;
        }
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        containerCall("stop_container", id, () -> done(() -> pods.stop(id)));
    }

    @Override
    public void removeContainer(String id) {
        containerCall("remove_container", id, () -> done(() -> pods.removeContainer(id)));
    }

    @Override
    public Listing<Container> listContainers(ContainerFilter filter) {
        return call("list_containers", () -> Listing.of(pods.list(filter)));
    }

    @Override
    public ContainerStatus containerStatus(String id, boolean verbose) {
        return containerCall(
                "container_status", id, () -> pods.box("container_status", id).status());
    }

    @Override
    public void updateContainerResources(
            String id, LinuxResources resources, Map<String, String> annotations) {
        containerCall(
                "update_container", id, () -> done(() -> pods.updateResources(id, resources)));
    }

    @Override
    public void reopenContainerLog(String id) {
        containerCall("reopen_container_log", id, () -> pods.running("reopen_container_log", id));
    }

    @Override
    public ExecResult execSync(String id, List<String> command, Duration timeout) {
        var container =
                containerCall("exec_sync", id, () -> pods.running("exec_sync", id)).status();
        return exec.run(container, command, timeout); // outside the lock: it may take its time
    }

    @Override
    public String exec(ExecRequest request) {
        return containerCall(
                "exec",
                request.containerId(),
                () -> {
                    pods.running("exec", request.containerId());
                    if (!request.stdin() && !request.stdout() && !request.stderr()) {
                        throw new RuntimeCallException(
                                "exec",
                                request.containerId(),
                                Code.INVALID_ARGUMENT,
                                "one of stdin, stdout, or stderr must be set");
                    }
                    return streamUrl("exec");
                });
    }

    @Override
    public String attach(AttachRequest request) {
        return containerCall(
                "attach",
                request.containerId(),
                () -> {
                    pods.running("attach", request.containerId());
                    return streamUrl("attach");
                });
    }

    @Override
    public String portForward(String sandboxId, List<Integer> ports) {
        return sandboxCall(
                "port_forward",
                sandboxId,
                () -> {
                    if (pods.pod("port_forward", sandboxId).status().state()
                            != SandboxState.READY) {
                        throw new RuntimeCallException(
                                "port_forward",
                                sandboxId,
                                Code.UNKNOWN,
                                "sandbox container is not running");
                    }
                    return streamUrl("portforward");
                });
    }

    private String streamUrl(String kind) {
        return streamingServer + "/" + kind + "/" + ++streams;
    }

    @Override
    public ContainerStats containerStats(String id) {
        return containerCall(
                "container_stats",
                id,
                () -> stats.of(pods.running("container_stats", id), clock.instant()));
    }

    @Override
    public Listing<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
        return call(
                "list_container_stats",
                () ->
                        Listing.of(
                                pods
                                        .list(
                                                new ContainerFilter(
                                                        filter.id(),
                                                        Optional.empty(),
                                                        filter.sandboxId(),
                                                        filter.labelSelector()))
                                        .stream()
                                        .map(c -> pods.box("measure", c.id()))
                                        .map(box -> stats.of(box, clock.instant()))
                                        .toList()));
    }

    @Override
    public SandboxStats podSandboxStats(String id) {
        return sandboxCall("podsandbox_stats", id, () -> statsOf(pods.pod("podsandbox_stats", id)));
    }

    private SandboxStats statsOf(FakePods.Pod pod) {
        return stats.of(pod, pods.boxesOf(pod.status().id()), clock.instant());
    }

    @Override
    public Listing<SandboxStats> listPodSandboxStats(SandboxStatsFilter filter) {
        return call(
                "list_podsandbox_stats",
                () ->
                        Listing.of(
                                pods
                                        .list(
                                                new SandboxFilter(
                                                        filter.id(),
                                                        Optional.empty(),
                                                        filter.labelSelector()))
                                        .stream()
                                        .map(s -> statsOf(pods.pod("measure", s.id())))
                                        .toList()));
    }

    @Override
    public List<MetricDescriptor> listMetricDescriptors() {
        return call("list_metric_descriptors", List::of);
    }

    @Override
    public Listing<SandboxMetrics> listPodSandboxMetrics() {
        return call("list_podsandbox_metrics", () -> Listing.of(List.of()));
    }

    @Override
    public void checkpointContainer(String id, String location, Duration timeout) {
        containerCall("checkpoint_container", id, () -> pods.running("checkpoint_container", id));
    }

    @Override
    public void checkpointPod(CheckpointPodRequest request) {
        throw sandboxCall(
                "checkpoint_pod",
                request.sandboxId(),
                () -> unimplemented("checkpoint_pod", "CheckpointPod"));
    }

    @Override
    public RestoredPod restorePod(RestorePodRequest request) {
        throw call("restore_pod", () -> unimplemented("restore_pod", "RestorePod"));
    }

    private static RuntimeCallException unimplemented(String operation, String method) {
        return new RuntimeCallException(
                operation, "", Code.UNIMPLEMENTED, "method " + method + " not implemented");
    }

    @Override
    public ContainerEvents containerEvents() {
        return call(
                "get_container_events",
                () -> sendsEvents ? events.open() : FakeEvents.unimplemented());
    }

    @Override
    public Listing<Image> listImages() {
        return call("list_images", images::list);
    }

    @Override
    public Optional<Image> imageStatus(ImageSpec image) {
        return calls.call("image_status", List.of(image.image()), () -> images.find(image.image()));
    }

    @Override
    public String pullImage(
            ImageSpec image,
            Optional<RegistryCredentials> credentials,
            Optional<SandboxConfig> sandbox) {
        return calls.call(
                "pull_image", List.of(image.image()), () -> images.pull(image, credentials));
    }

    @Override
    public void removeImage(ImageSpec image) {
        calls.call(
                "remove_image",
                List.of(image.image()),
                () -> done(() -> images.remove(image.image())));
    }

    @Override
    public ImageFsInfo imageFsInfo() {
        return call(
                "image_fs_info",
                () -> {
                    long used = images.list().items().stream().mapToLong(Image::sizeBytes).sum();
                    var disk = List.of(FakeStats.disk(clock.instant(), used));
                    return new ImageFsInfo(disk, disk);
                });
    }

    /** Calls are cancelled from now on, and event streams end. */
    @Override
    public void close() {
        calls.gone(Optional.of(Code.CANCELLED));
        events.endAll();
    }
}
