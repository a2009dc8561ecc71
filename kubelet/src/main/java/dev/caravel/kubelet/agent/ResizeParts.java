package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.CpuManagerPolicy;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.MemoryManagerPolicy;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.allocation.Allocations;
import dev.caravel.kubelet.allocation.ResizeRules;
import dev.caravel.kubelet.allocation.Resizes;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.effect.PodResizeActions;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.kubelet.worker.PodServices;
import dev.caravel.linux.cgroup.CgroupLimits;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Who has which resources: admission of new pods, resizes of running ones. */
final class ResizeParts implements PodServices.AdmissionDesk, AutoCloseable {

    private final PodParts.Ways ways;
    private final NodeView node;
    private final PodStore store;
    private final PodAdmission admission;
    private final Predicate<String> hasWorker;
    private final Allocations allocations;
    private final Resizes resizes;

    /**
     * @param admission made with the same {@code allocations}
     * @param hasWorker whether a pod has been through admission, by UID
     */
    ResizeParts(
            PodParts.Ways ways,
            NodeView node,
            PodStore store,
            Allocations allocations,
            PodAdmission admission,
            Predicate<String> hasWorker,
            EventSink events,
            Consumer<String> poke,
            Ticks ticks) {
        this.ways = ways;
        this.node = node;
        this.store = store;
        this.admission = admission;
        this.hasWorker = hasWorker;
        this.allocations = allocations;
        KubeletConfiguration config = ways.config();
        resizes =
                new Resizes(
                        allocations,
                        new Resizes.Node(
                                store::get,
                                admission::resize,
                                this::allAdmitted,
                                this::podLimits,
                                node::facts,
                                new ResizeRules.Policies(
                                        config.cpuManagerPolicy() == CpuManagerPolicy.STATIC,
                                        config.memoryManagerPolicy()
                                                == MemoryManagerPolicy.STATIC)),
                        events,
                        poke,
                        ticks);
    }

    static Allocations allocations(PodParts.Ways ways) throws IOException {
        return new Allocations(ways.settings().flags().rootDir());
    }

    void start() {
        resizes.start();
    }

    Resizes resizes() {
        return resizes;
    }

    PodResizeActions actions(RuntimeView view) {
        return new PodResizeActions(
                ways.runtime(), view, ways.cgroups(), allocations, resizes, node::facts);
    }

    /** The UIDs of all pods once every source has reported and each has been through admission. */
    private Optional<Set<String>> allAdmitted() {
        if (!store.allSynced()) {
            return Optional.empty();
        }
        Set<String> uids = store.all().stream().map(p -> p.ref().uid()).collect(Collectors.toSet());
        return uids.stream().allMatch(hasWorker) ? Optional.of(uids) : Optional.empty();
    }

    private Optional<CgroupLimits> podLimits(Pod pod) {
        if (!node.facts().cgroups().perQos()) {
            return Optional.empty();
        }
        String path = ways.cgroups().path(PodCgroups.name(pod, node.facts().cgroups()));
        try {
            return ways.cgroups().limits(path);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The limits of pod group " + path + " cannot be read", e);
        }
    }

    @Override
    public PodSnapshot.Admission admit(DesiredPod pod) {
        return admission.admit(pod);
    }

    @Override
    public void release(DesiredPod pod) {
        admission.release(pod);
        resizes.roomFreed();
    }

    @Override
    public void close() {
        resizes.close();
    }
}
