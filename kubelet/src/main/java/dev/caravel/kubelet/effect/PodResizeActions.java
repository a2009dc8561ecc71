package dev.caravel.kubelet.effect;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.MemoryUsage;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.kubelet.allocation.Allocations;
import dev.caravel.kubelet.allocation.Amounts;
import dev.caravel.kubelet.allocation.ContainerResize;
import dev.caravel.kubelet.allocation.ResizeStep;
import dev.caravel.kubelet.allocation.Resizes;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.kubelet.resources.Quantities;
import dev.caravel.kubelet.resources.ResourceNumbers;
import dev.caravel.kubelet.worker.ActionFailedException;
import dev.caravel.linux.cgroup.CgroupLimits;
import dev.caravel.linux.cgroup.CgroupName;
import dev.caravel.linux.cgroup.CgroupStats;
import dev.caravel.linux.cgroup.Cgroups;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives a running pod other resources, step by step in {@link ResizeStep}'s order. */
public final class PodResizeActions {

    private final ContainerRuntime runtime;
    private final RuntimeView view;
    private final Cgroups cgroups;
    private final Allocations allocations;
    private final Resizes resizes;
    private final Supplier<NodeFacts> node;

    public PodResizeActions(
            ContainerRuntime runtime,
            RuntimeView view,
            Cgroups cgroups,
            Allocations allocations,
            Resizes resizes,
            Supplier<NodeFacts> node) {
        this.runtime = runtime;
        this.view = view;
        this.cgroups = cgroups;
        this.allocations = allocations;
        this.resizes = resizes;
        this.node = node;
    }

    void resize(DesiredPod pod, Action.ResizePod action) throws ActionFailedException {
        try {
            carryOut(pod, action);
        } catch (RuntimeCallException e) {
            if (e.isCancelled()) {
                throw e;
            }
            throw failed(pod, e.detail());
        } catch (IOException | UncheckedIOException e) {
            throw failed(pod, String.valueOf(e.getMessage()));
        } finally {
            // Even a resize that failed may have changed something.
            resizes.groupChanged(pod.ref().uid());
            look(pod, action);
        }
        resizes.roomFreed();
    }

    private ActionFailedException failed(DesiredPod pod, String why) {
        resizes.failed(pod, why);
        return new ActionFailedException("Error", why);
    }

    private void carryOut(DesiredPod pod, Action.ResizePod action) throws IOException {
        NodeFacts facts = node.get();
        CgroupLimits wanted =
                facts.cgroups().perQos()
                        ? PodCgroups.limits(pod.pod(), facts, false)
                        : CgroupLimits.none();
        CgroupName group = PodCgroups.name(pod.pod(), facts.cgroups());
        CgroupLimits now =
                cgroups.limits(cgroups.path(group))
                        .orElseThrow(() ->
                                new IOException(
                                        "unable to get the cgroup of pod " + pod.ref().longName()));
        refuseBelowUsage(pod, action, now, wanted);
        Map<String, Amounts> has = new LinkedHashMap<>();
        action.containers().forEach(c -> has.put(c.name(), c.from()));
        for (ResizeStep step : ResizeStep.of(action.containers(), action.pod(), now, wanted)) {
            switch (step) {
                case ResizeStep.PodMemory _ ->
                        podGroup(pod, action.sandboxId(), group, memory(wanted));
                case ResizeStep.PodQuota _ ->
                        podGroup(pod, action.sandboxId(), group, quota(wanted));
                case ResizeStep.PodShares _ ->
                        podGroup(pod, action.sandboxId(), group, shares(wanted));
                case ResizeStep.OfContainer c -> container(pod.pod(), c, has, facts);
                case ResizeStep.Complete done -> allocations.podHas(pod.pod(), done.resource());
            }
        }
    }

    private static CgroupLimits memory(CgroupLimits wanted) {
        CgroupLimits limits =
                CgroupLimits.none().withMemoryLimit(wanted.memoryLimitBytes().orElse(-1));
        for (Map.Entry<String, String> file : wanted.unified().entrySet()) {
            limits = limits.withUnified(file.getKey(), file.getValue());
        }
        return limits;
    }

    private static CgroupLimits quota(CgroupLimits wanted) {
        return CgroupLimits.none()
                .withCpuQuota(
                        wanted.cpuQuotaMicros().orElseThrow(),
                        wanted.cpuPeriodMicros().orElseThrow());
    }

    private static CgroupLimits shares(CgroupLimits wanted) {
        return CgroupLimits.none().withCpuShares(wanted.cpuShares().orElseThrow());
    }

    /** The runtime is told first: it may refuse. One that does not know the call does not mind. */
    private void podGroup(DesiredPod pod, String sandboxId, CgroupName group, CgroupLimits limits)
            throws IOException {
        try {
            runtime.updatePodSandboxResources(
                    sandboxId,
                    Optional.of(ResourceNumbers.overhead(pod.pod(), node.get())),
                    Optional.of(ResourceNumbers.ofPodCgroup(pod.pod(), limits)));
        } catch (RuntimeCallException e) {
            if (!e.isUnimplemented() && !e.detail().contains("not implemented")) {
                throw e;
            }
        }
        cgroups.update(group, limits);
    }

    private void container(
            Pod pod, ResizeStep.OfContainer step, Map<String, Amounts> has, NodeFacts facts) {
        ContainerResize c = step.container();
        Amounts before = has.getOrDefault(c.name(), c.from());
        Amounts after =
                switch (step.resource()) {
                    case MEMORY -> c.to().withCpuOf(before);
                    case CPU -> before.withCpuOf(c.to());
                };
        PodContainer container = PodContainer.byName(pod, c.name()).orElseThrow();
        Container spec =
                new ContainerBuilder(container.spec())
                        .withResources(with(container.spec().getResources(), after))
                        .build();
        runtime.updateContainerResources(
                c.id(),
                ResourceNumbers.container(
                        pod,
                        new PodContainer(container.kind(), spec, Optional.empty()),
                        facts,
                        false),
                Map.of());
        allocations.containerHas(pod, c.name(), spec.getResources());
        has.put(c.name(), after);
    }

    /** The container's resources with these amounts of CPU and memory. */
    private static ResourceRequirements with(@Nullable ResourceRequirements own, Amounts amounts) {
        ResourceRequirements out = new ResourceRequirements();
        out.setLimits(
                with(
                        own == null ? null : own.getLimits(),
                        amounts.cpuLimit(),
                        amounts.memoryLimit()));
        out.setRequests(
                with(
                        own == null ? null : own.getRequests(),
                        amounts.cpuRequest(),
                        amounts.memoryRequest()));
        return out;
    }

    private static Map<String, Quantity> with(
            @Nullable Map<String, Quantity> own, long cpuMilli, long memory) {
        Map<String, Quantity> all = new LinkedHashMap<>(own == null ? Map.of() : own);
        all.remove("cpu");
        all.remove("memory");
        if (cpuMilli > 0) {
            all.put("cpu", Quantities.ofMilli(cpuMilli));
        }
        if (memory > 0) {
            all.put("memory", Quantities.ofBytes(memory));
        }
        return all;
    }

    /** A limit below what is in use would kill something at once. */
    private void refuseBelowUsage(
            DesiredPod pod, Action.ResizePod action, CgroupLimits now, CgroupLimits wanted)
            throws IOException {
        List<String> refusals = new ArrayList<>();
        boolean memoryChanges =
                action.pod()
                        || action.containers().stream()
                                .anyMatch(c ->
                                        c.from().memoryLimit() != c.to().memoryLimit()
                                                || c.from().memoryRequest()
                                                        != c.to().memoryRequest());
        if (!memoryChanges) {
            return;
        }
        OptionalLong limit = wanted.memoryLimitBytes();
        if (limit.isPresent() && limit.getAsLong() > 0 && limit.getAsLong() < unlimited(now)) {
            podUsage(pod)
                    .filter(usage -> usage >= limit.getAsLong())
                    .ifPresent(usage ->
                            refusals.add(
                                    "attempting to set pod memory limit (%d) below current usage (%d)"
                                            .formatted(limit.getAsLong(), usage)));
        }
        for (ContainerResize c : action.containers()) {
            long to = c.to().memoryLimit();
            boolean decreases =
                    to != 0 && (c.from().memoryLimit() == 0 || to < c.from().memoryLimit());
            if (decreases) {
                containerUsage(c.id())
                        .filter(usage -> usage >= to)
                        .ifPresent(usage ->
                                refusals.add(
                                        "attempting to set container \"%s\" memory limit (%d) below current usage (%d)"
                                                .formatted(c.name(), to, usage)));
            }
        }
        if (!refusals.isEmpty()) {
            String all = String.join(", ", refusals);
            throw new IOException(
                    "cannot decrease memory limits: "
                            + (refusals.size() == 1 ? all : "[" + all + "]"));
        }
    }

    private static long unlimited(CgroupLimits now) {
        long limit = now.memoryLimitBytes().orElse(-1);
        return limit < 0 ? Long.MAX_VALUE : limit;
    }

    private Optional<Long> podUsage(DesiredPod pod) throws IOException {
        CgroupName group = PodCgroups.name(pod.pod(), node.get().cgroups());
        return cgroups.stats(cgroups.path(group))
                .flatMap(CgroupStats::memory)
                .map(CgroupStats.Memory::usageBytes);
    }

    private Optional<Long> containerUsage(String id) {
        return runtime.containerStats(id)
                .memory()
                .map(MemoryUsage::usageBytes)
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong);
    }

    /** What the runtime says of the containers now is what the status shows. */
    private void look(DesiredPod pod, Action.ResizePod action) {
        for (ContainerResize c : action.containers()) {
            Optional<ObservedContainer> known =
                    view.of(pod.ref().uid()).containers().stream()
                            .filter(o -> o.id().equals(c.id()))
                            .findFirst();
            known.ifPresent(o -> lookAt(pod, o));
        }
    }

    private void lookAt(DesiredPod pod, ObservedContainer o) {
        try {
            view.note(pod.ref(), o.sandboxId(), runtime.containerStatus(o.id()));
        } catch (RuntimeCallException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            view.noteRemoved(pod.ref().uid(), o.id());
        }
    }
}
