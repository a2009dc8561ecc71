package dev.caravel.kubelet.effect;

import dev.caravel.kubelet.allocation.Allocations;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.objects.PodObjects;
import dev.caravel.kubelet.plan.Failure;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.kubelet.volume.PodVolumes;
import dev.caravel.kubelet.volume.VolumeOutcome;
import dev.caravel.kubelet.worker.ActionFailedException;
import dev.caravel.kubelet.worker.Progress;
import dev.caravel.linux.cgroup.CgroupName;
import dev.caravel.linux.cgroup.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a pod needs on the node before its containers: folders, a cgroup, volumes. */
public final class PodPreparation {

    private static final Set<PosixFilePermission> FOLDER =
            PosixFilePermissions.fromString("rwxr-x---");

    private final PodVolumes volumes;
    private final PodObjects objects;
    private final Cgroups cgroups;
    private final Allocations allocations;
    private final EventSink events;
    private final Supplier<NodeFacts> node;

    public PodPreparation(
            PodVolumes volumes,
            PodObjects objects,
            Cgroups cgroups,
            Allocations allocations,
            EventSink events,
            Supplier<NodeFacts> node) {
        this.volumes = volumes;
        this.objects = objects;
        this.cgroups = cgroups;
        this.allocations = allocations;
        this.events = events;
        this.node = node;
    }

    void prepare(DesiredPod pod, Progress progress)
            throws ActionFailedException, InterruptedException {
        progress.part("folders");
        try {
            makeFolders(node.get().paths().pod(pod.ref().uid()));
        } catch (IOException e) {
            String message = "error making pod data directories: " + e.getMessage();
            event(pod, "Failed", message);
            throw new ActionFailedException("CreateContainerConfigError", message);
        }
        objects.register(pod.pod());
        progress.part("mounts");
        switch (volumes.prepare(pod)) {
            case VolumeOutcome.Ready _ -> {}
            case VolumeOutcome.Failed failed -> {
                report(pod, failed);
                throw new ActionFailedException(
                        new Failure("FailedMount", failed.message()),
                        Optional.of(failed.retryAt()));
            }
        }
    }

    void refresh(DesiredPod pod) throws ActionFailedException, InterruptedException {
        switch (volumes.refresh(pod)) {
            case VolumeOutcome.Ready _ -> {}
            case VolumeOutcome.Failed failed -> {
                report(pod, failed);
                throw new ActionFailedException(
                        new Failure("FailedMount", failed.message()),
                        Optional.of(failed.retryAt()));
            }
        }
    }

    private void report(DesiredPod pod, VolumeOutcome.Failed failed) {
        failed.failures().forEach(f -> event(pod, f.reason(), f.message()));
    }

    private static void makeFolders(Path pod) throws IOException {
        for (Path folder : new Path[] {pod, pod.resolve("volumes"), pod.resolve("plugins")}) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
        }
    }

    /** The pod's cgroup with its limits; nothing to do where pods have none of their own. */
    void makeCgroup(DesiredPod pod) throws ActionFailedException {
        NodeFacts facts = node.get();
        if (!facts.cgroups().perQos()) {
            return;
        }
        CgroupName name = PodCgroups.name(pod.pod(), facts.cgroups());
        try {
            cgroups.create(name, PodCgroups.limits(pod.pod(), facts, false));
            allocations.podHas(pod.pod());
        } catch (IOException | UncheckedIOException e) {
            String message = "unable to ensure pod container exists: " + e.getMessage();
            event(pod, "FailedCreatePodContainer", message);
            throw new ActionFailedException("FailedCreatePodContainer", message);
        }
    }

    private void event(DesiredPod pod, String reason, String message) {
        events.event(pod.ref(), Optional.empty(), EventType.WARNING, reason, message);
    }
}
