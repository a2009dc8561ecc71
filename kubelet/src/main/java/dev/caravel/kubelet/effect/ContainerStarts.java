package dev.caravel.kubelet.effect;

import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.Device;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Mount;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.kubelet.allocation.Allocations;
import dev.caravel.kubelet.device.ContainerDevices;
import dev.caravel.kubelet.device.DeviceException;
import dev.caravel.kubelet.device.Devices;
import dev.caravel.kubelet.env.Environment;
import dev.caravel.kubelet.env.Environments;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.hook.HookOutcome;
import dev.caravel.kubelet.hook.HookRunner;
import dev.caravel.kubelet.hook.HookTarget;
import dev.caravel.kubelet.image.ImageOutcome;
import dev.caravel.kubelet.image.ImagePuller;
import dev.caravel.kubelet.image.ImageRequest;
import dev.caravel.kubelet.image.PullObserver;
import dev.caravel.kubelet.network.PodAddresses;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Failure;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.spec.ContainerConfigException;
import dev.caravel.kubelet.spec.ContainerConfigs;
import dev.caravel.kubelet.spec.ContainerInputs;
import dev.caravel.kubelet.spec.ImageUser;
import dev.caravel.kubelet.worker.ActionFailedException;
import dev.caravel.kubelet.worker.Progress;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Brings a container to life: its image, its configuration, create, start, postStart hook. */
public final class ContainerStarts {

    private final ContainerRuntime runtime;
    private final ImageService images;
    private final ImagePuller puller;
    private final RuntimeView view;
    private final Environments environments;
    private final ContainerFiles files;
    private final SandboxActions sandboxes;
    private final RuntimeClasses runtimeClasses;
    private final HookRunner hooks;
    private final PodLogs logs;
    private final Allocations allocations;
    private final Devices devices;
    private final EventSink events;
    private final Supplier<NodeFacts> node;

    public ContainerStarts(
            ContainerRuntime runtime,
            ImageService images,
            ImagePuller puller,
            RuntimeView view,
            Environments environments,
            ContainerFiles files,
            SandboxActions sandboxes,
            RuntimeClasses runtimeClasses,
            HookRunner hooks,
            PodLogs logs,
            Allocations allocations,
            Devices devices,
            EventSink events,
            Supplier<NodeFacts> node) {
        this.runtime = runtime;
        this.images = images;
        this.puller = puller;
        this.view = view;
        this.environments = environments;
        this.files = files;
        this.sandboxes = sandboxes;
        this.runtimeClasses = runtimeClasses;
        this.hooks = hooks;
        this.logs = logs;
        this.allocations = allocations;
        this.devices = devices;
        this.events = events;
        this.node = node;
    }

    Outcome ensureImage(DesiredPod pod, Action.EnsureImage action, Progress progress)
            throws ActionFailedException, InterruptedException {
        progress.part("look up");
        ImageOutcome outcome =
                puller.ensure(
                        pod.pod(), action.container(), Optional.empty(), new PullParts(progress));
        return switch (outcome) {
            case ImageOutcome.Ready ready -> new Outcome.ImagePresent(ready.imageId());
            case ImageOutcome.NotReady no ->
                    throw new ActionFailedException(
                            new Failure(no.reason(), no.message()), Optional.of(no.retryAt()));
        };
    }

    /** The images that volumes of the container show; the runtime mounts them but does not pull. */
    private void pullVolumes(DesiredPod pod, PodContainer container, Progress progress)
            throws ActionFailedException, InterruptedException {
        for (Volume volume : pod.pod().getSpec().getVolumes()) {
            boolean mounted =
                    container.spec().getVolumeMounts().stream()
                            .anyMatch(m -> m.getName().equals(volume.getName()));
            if (volume.getImage() == null || !mounted) {
                continue;
            }
            progress.part("image of volume " + volume.getName());
            ImageRequest request =
                    ImageRequest.ofVolume(
                            pod.pod(),
                            volume.getImage().getReference(),
                            Optional.ofNullable(volume.getImage().getPullPolicy()));
            if (puller.ensure(request, Optional.empty(), PullObserver.NONE)
                    instanceof ImageOutcome.NotReady no) {
                throw new ActionFailedException(
                        new Failure(no.reason(), no.message()), Optional.of(no.retryAt()));
            }
        }
    }

    /** Shows a pull as parts of the action. */
    private record PullParts(Progress progress) implements PullObserver {
        @Override
        public void pulling(Supplier<String> state) {
            progress.part("pull", state);
        }

        @Override
        public void pulled(Duration waited) {
            progress.began("queue", waited);
        }
    }

    Outcome start(DesiredPod pod, Action.StartContainer action, Progress progress)
            throws ActionFailedException, InterruptedException {
        PodContainer container = action.container();
        int restartCount =
                action.restartCount() > 0
                        ? action.restartCount()
                        : logs.nextRestartCount(pod.ref(), container.name()).orElse(0);
        pullVolumes(pod, container, progress);
        String id = create(pod, action, restartCount, progress);
        event(pod, container, EventType.NORMAL, "Created", "Container created");
        progress.part("start");
        try {
            runtime.startContainer(id);
        } catch (RuntimeCallException e) {
            if (e.isCancelled()) {
                throw e;
            }
            noteStatus(pod, action.sandboxId(), id);
            throw failed(
                    pod,
                    container,
                    "RunContainerError",
                    "failed to start container \"" + id + "\": " + e.detail());
        }
        noteStatus(pod, action.sandboxId(), id);
        event(pod, container, EventType.NORMAL, "Started", "Container started");
        logs.link(pod.ref(), container.name(), id, restartCount);
        return new Outcome.Started(id);
    }

    private void noteStatus(DesiredPod pod, String sandboxId, String id) {
        view.note(pod.ref(), sandboxId, runtime.containerStatus(id));
    }

    private String create(
            DesiredPod pod, Action.StartContainer action, int restartCount, Progress progress)
            throws ActionFailedException, InterruptedException {
        PodContainer container = action.container();
        progress.part("configuration");
        try {
            String handler = runtimeClasses.handler(pod.pod());
            int attempt = sandbox(pod, action.sandboxId()).map(ObservedSandbox::attempt).orElse(0);
            SandboxConfig sandboxConfig = sandboxes.config(pod.pod(), attempt, handler);
            ContainerConfig config =
                    ContainerConfigs.of(
                            pod.pod(),
                            container,
                            node.get(),
                            inputs(pod, action, restartCount, handler));
            if (container.kind() != ContainerKind.EPHEMERAL) {
                allocations.containerStarted(pod.pod(), container.spec());
            }
            logs.makeFolder(pod.ref(), container.name());
            progress.part("create");
            return runtime.createContainer(action.sandboxId(), config, sandboxConfig);
        } catch (ContainerConfigException e) {
            throw failed(pod, container, e.reason(), e.message());
        } catch (java.io.IOException | java.io.UncheckedIOException e) {
            throw failed(
                    pod, container, "CreateContainerConfigError", String.valueOf(e.getMessage()));
        } catch (RuntimeCallException e) {
            if (e.isCancelled()) {
                throw e;
            }
            throw failed(pod, container, "CreateContainerError", e.detail());
        }
    }

    private ContainerInputs inputs(
            DesiredPod pod, Action.StartContainer action, int restartCount, String handler)
            throws ContainerConfigException, java.io.IOException, InterruptedException {
        NodeFacts facts = node.get();
        PodContainer container = action.container();
        List<String> ips = addresses(pod, action.sandboxId(), facts);
        ContainerDevices plugged = devicesOf(pod, container);
        Environment environment =
                environments.of(pod.pod(), container, facts, ips).after(plugged.variables());
        List<Mount> mounts = new ArrayList<>(plugged.mounts());
        mounts.addAll(files.of(pod, container, environment, ips));
        List<Device> nodes = new ArrayList<>(plugged.devices());
        nodes.addAll(files.devices(pod, container));
        return new ContainerInputs(
                restartCount,
                action.imageId(),
                ImageUser.of(images.imageStatus(ImageSpec.of(action.imageId()))),
                environment,
                mounts,
                nodes,
                plugged.cdiDevices(),
                plugged.annotations(),
                handler,
                sandboxes.userNamespace(pod.pod()),
                List.of(),
                target(pod, container),
                ContainerInputs.Pinning.none());
    }

    private ContainerDevices devicesOf(DesiredPod pod, PodContainer container)
            throws ContainerConfigException, InterruptedException {
        try {
            return devices.of(pod.pod(), container.name());
        } catch (DeviceException e) {
            throw new ContainerConfigException(e.text(), e);
        }
    }

    private List<String> addresses(DesiredPod pod, String sandboxId, NodeFacts facts) {
        if (Boolean.TRUE.equals(pod.pod().getSpec().getHostNetwork())) {
            return facts.nodeIps();
        }
        return sandbox(pod, sandboxId)
                .map(s -> PodAddresses.sorted(s.ips(), facts.nodeIps()))
                .orElse(List.of());
    }

    private Optional<ObservedSandbox> sandbox(DesiredPod pod, String id) {
        return view.of(pod.ref().uid()).sandboxes().stream()
                .filter(s -> s.id().equals(id))
                .findFirst();
    }

    private Optional<String> target(DesiredPod pod, PodContainer container) {
        return container
                .targetContainer()
                .flatMap(name -> view.of(pod.ref().uid()).newest(name))
                .filter(ObservedContainer::isRunning)
                .map(ObservedContainer::id);
    }

    void postStart(DesiredPod pod, Action.RunPostStart action)
            throws ActionFailedException, InterruptedException {
        PodContainer container = action.container();
        List<String> ips =
                view.of(pod.ref().uid())
                        .newestSandbox()
                        .map(s -> addresses(pod, s.id(), node.get()))
                        .orElse(List.of());
        HookTarget target = HookTarget.of(pod.pod(), container, action.containerId(), ips);
        switch (hooks.postStart(target, container.spec().getLifecycle().getPostStart())) {
            case HookOutcome.Done _ -> {}
            case HookOutcome.Failed f ->
                    throw new ActionFailedException(
                            HookOutcome.Failed.POST_START_REASON, f.message());
            case HookOutcome.OutOfTime _ ->
                    throw new ActionFailedException(
                            HookOutcome.Failed.POST_START_REASON, "the hook did not end in time");
        }
    }

    private ActionFailedException failed(
            DesiredPod pod, PodContainer container, String reason, String message) {
        event(pod, container, EventType.WARNING, "Failed", "Error: " + message);
        return new ActionFailedException(reason, message);
    }

    private void event(
            DesiredPod pod, PodContainer c, EventType type, String reason, String message) {
        events.event(pod.ref(), Optional.of(c.kind().fieldPath(c.name())), type, reason, message);
    }
}
