package dev.caravel.kubelet.worker;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.allocation.ResizeState;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.probe.Probes;
import dev.caravel.kubelet.status.PodStatusComputer;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.function.Supplier;

/**
 * What every pod worker works with.
 *
 * @param store the desired pods
 * @param view what the runtime has
 * @param probes verdicts on running containers
 * @param resizes decides which resources a pod has
 * @param events for people
 * @param runner does what plans name
 * @param admission answers a pod that is new here
 * @param statuses takes the pod's status on its way to the API server
 * @param settings what the planner needs of configuration and runtime health, asked at each plan
 * @param host addresses and runtime name that statuses carry
 * @param timelines hears how long the steps of a start took
 * @param ticks the clock
 */
public record PodServices(
        PodStore store,
        RuntimeView view,
        Probes probes,
        ResizeDesk resizes,
        EventSink events,
        ActionRunner runner,
        AdmissionDesk admission,
        StatusSink statuses,
        Supplier<PodSnapshot.Settings> settings,
        Supplier<PodStatusComputer.Host> host,
        StartTimelines timelines,
        Ticks ticks) {

    /** Decides once whether a new pod is taken; knows the other pods of the node. */
    public interface AdmissionDesk {
        PodSnapshot.Admission admit(DesiredPod pod);

        /**
         * The answer as of now: what was admitted may turn out not to be had after all. Asked at
         * each look at the pod; never blocks.
         */
        default PodSnapshot.Admission confirm(DesiredPod pod, PodSnapshot.Admission answered) {
            return answered;
        }

        /** The pod is gone; what it held is free again. */
        void release(DesiredPod pod);
    }

    /** Decides which of the resources a pod wishes it has. */
    public interface ResizeDesk {
        /** The pod with the resources granted to it, which is all a worker may know. */
        DesiredPod follow(DesiredPod wanted);

        /** How far the pod is from what it was granted. */
        ResizeState look(DesiredPod granted, ObservedPod now);

        /** Nothing of the pod is left. */
        void forget(String uid);
    }

    /** Takes statuses; never blocks. */
    public interface StatusSink {
        /**
         * The newest status of a pod.
         *
         * @param released nothing of the pod is left on the node, so that the API object may be
         *     deleted if it is marked
         */
        void publish(DesiredPod pod, PodStatus status, boolean released);

        /** No worker reports on the pod any more. */
        void forget(DesiredPod pod);
    }
}
