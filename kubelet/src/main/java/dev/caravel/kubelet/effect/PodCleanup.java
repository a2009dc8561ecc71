package dev.caravel.kubelet.effect;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.kubelet.device.Devices;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.image.ImagePuller;
import dev.caravel.kubelet.objects.PodObjects;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.kubelet.userns.UserNamespaces;
import dev.caravel.kubelet.volume.VolumeFailure;
import dev.caravel.kubelet.volume.plugin.NodeVolumes;
import dev.caravel.kubelet.worker.ActionFailedException;
import dev.caravel.linux.cgroup.Cgroups;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes away what a pod leaves behind once nothing of it runs. */
public final class PodCleanup {

    private final ContainerRuntime runtime;
    private final RuntimeView view;
    private final NodeVolumes volumes;
    private final PodObjects objects;
    private final ImagePuller puller;
    private final Cgroups cgroups;
    private final PodLogs logs;
    private final Devices devices;
    private final UserNamespaces userNamespaces;
    private final EventSink events;
    private final Supplier<NodeFacts> node;

    public PodCleanup(
            ContainerRuntime runtime,
            RuntimeView view,
            NodeVolumes volumes,
            PodObjects objects,
            ImagePuller puller,
            Cgroups cgroups,
            PodLogs logs,
            Devices devices,
            UserNamespaces userNamespaces,
            EventSink events,
            Supplier<NodeFacts> node) {
        this.runtime = runtime;
        this.view = view;
        this.volumes = volumes;
        this.objects = objects;
        this.puller = puller;
        this.cgroups = cgroups;
        this.logs = logs;
        this.devices = devices;
        this.userNamespaces = userNamespaces;
        this.events = events;
        this.node = node;
    }

    void removeContainer(DesiredPod pod, Action.RemoveContainer action) {
        String logPath =
                view.of(pod.ref().uid()).containers().stream()
                        .filter(c -> c.id().equals(action.containerId()))
                        .map(c -> c.status().logPath())
                        .findFirst()
                        .orElse("");
        runtime.removeContainer(action.containerId());
        if (!action.keepLogs()) {
            logs.removeContainer(pod.ref(), action.containerName(), action.containerId(), logPath);
        }
        view.noteRemoved(pod.ref().uid(), action.containerId());
    }

    /** Volumes, folders and cgroup. Safe to repeat. */
    void release(DesiredPod pod) throws ActionFailedException, InterruptedException {
        List<VolumeFailure> left = volumes.tearDown().tearDown(pod.ref().uid());
        if (!left.isEmpty()) {
            left.forEach(f ->
                    events.event(
                            pod.ref(),
                            Optional.empty(),
                            EventType.WARNING,
                            f.reason(),
                            f.message()));
            throw new ActionFailedException("FailedKillPod", left.getFirst().message());
        }
        List<String> folders = volumes.folders().removePod(pod.ref().uid());
        if (!folders.isEmpty()) {
            throw new ActionFailedException(
                    "FailedKillPod",
                    "error removing the pod's folders: " + String.join("; ", folders));
        }
        objects.unregister(pod.ref().uid());
        puller.forget(pod.ref().uid());
        devices.release(pod.ref().uid());
        userNamespaces.release(pod.ref().uid());
        NodeFacts facts = node.get();
        if (facts.cgroups().perQos()) {
            try {
                cgroups.destroy(PodCgroups.name(pod.pod(), facts.cgroups()));
            } catch (IOException e) {
                throw new ActionFailedException(
                        "FailedKillPod", "error removing the pod's cgroup: " + e.getMessage());
            }
        }
    }

    /** Sandboxes with their containers, and the logs. */
    void removeRemains(DesiredPod pod) {
        ObservedPod observed = view.of(pod.ref().uid());
        for (ObservedSandbox sandbox : observed.sandboxes()) {
            runtime.stopPodSandbox(sandbox.id());
            runtime.removePodSandbox(sandbox.id());
            view.noteRemoved(pod.ref().uid(), sandbox.id());
        }
        for (var container : view.of(pod.ref().uid()).containers()) {
            runtime.removeContainer(container.id());
            view.noteRemoved(pod.ref().uid(), container.id());
        }
        logs.removePod(pod.ref());
    }
}
