package dev.caravel.kubelet.agent;

import dev.caravel.kubelet.admission.AdmissionInput;
import dev.caravel.kubelet.admission.AdmissionRules;
import dev.caravel.kubelet.admission.AdmissionVerdict;
import dev.caravel.kubelet.allocation.Allocations;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.worker.PodServices;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Asks the admission rules about each new pod, one pod at a time, and remembers who is in. */
final class PodAdmission implements PodServices.AdmissionDesk {

    /**
     * What admission looks at beside the pod.
     *
     * @param facts the node as it is for a pod
     * @param runsHere whether the runtime runs a pod of that UID already: it was admitted by the
     *     kubelet before this one, and shortage is the evictor's business then
     */
    record Sources(
            Supplier<Optional<Node>> node,
            Function<Pod, NodeFacts> facts,
            Set<String> declaredFeatures,
            Supplier<List<String>> pressures,
            BooleanSupplier shuttingDown,
            Predicate<String> runsHere) {}

    private final Sources sources;
    private final Allocations allocations;
    private final EventSink events;
    private final BiConsumer<String, Termination.Cause.Failed> end;
    private final Map<String, Pod> admitted = new LinkedHashMap<>();

    /**
     * @param end ends a pod that has to make room for a critical one
     */
    PodAdmission(
            Sources sources,
            Allocations allocations,
            EventSink events,
            BiConsumer<String, Termination.Cause.Failed> end) {
        this.sources = sources;
        this.allocations = allocations;
        this.events = events;
        this.end = end;
    }

    @Override
    public synchronized PodSnapshot.Admission admit(DesiredPod pod) {
        if (isOver(pod.pod())) {
            return new PodSnapshot.Admission.Admitted();
        }
        // A pod that ran here before is judged by what it was granted, not by what it wishes since.
        Pod granted = allocations.granted(pod.pod());
        return switch (AdmissionRules.check(input(granted, List.copyOf(admitted.values())))) {
            case AdmissionVerdict.Admitted _ -> admitted(granted);
            case AdmissionVerdict.AfterPreempting p -> {
                p.victims().forEach(this::preempt);
                yield admitted(granted);
            }
            case AdmissionVerdict.Rejected r -> {
                events.event(
                        pod.ref(), Optional.empty(), EventType.WARNING, r.reason(), r.message());
                yield new PodSnapshot.Admission.Rejected(
                        r.reason(), "Pod was rejected: " + r.message());
            }
        };
    }

    private AdmissionInput input(Pod pod, List<Pod> others) {
        return new AdmissionInput(
                pod,
                others,
                sources.node().get(),
                sources.facts().apply(pod),
                sources.declaredFeatures(),
                sources.runsHere().test(PodRef.of(pod).uid())
                        ? List.of()
                        : sources.pressures().get(),
                sources.shuttingDown().getAsBoolean());
    }

    /**
     * Whether an admitted pod fits with other resources; it has them from then on.
     *
     * @return why it does not, empty if it does
     */
    synchronized Optional<String> resize(Pod wanted) {
        String uid = PodRef.of(wanted).uid();
        List<Pod> others =
                admitted.entrySet().stream()
                        .filter(e -> !e.getKey().equals(uid))
                        .map(Map.Entry::getValue)
                        .toList();
        return switch (AdmissionRules.check(input(wanted, others))) {
            case AdmissionVerdict.Admitted _ -> {
                admitted.replace(uid, wanted);
                yield Optional.empty();
            }
            case AdmissionVerdict.AfterPreempting p -> {
                p.victims().forEach(this::preempt);
                admitted.replace(uid, wanted);
                yield Optional.empty();
            }
            case AdmissionVerdict.Rejected r -> Optional.of(r.message());
        };
    }

    /** A pod that has ended takes no room; it is only looked after until it is deleted. */
    private static boolean isOver(Pod pod) {
        String phase = pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private PodSnapshot.Admission admitted(Pod granted) {
        admitted.put(PodRef.of(granted).uid(), granted);
        allocations.admitted(granted);
        return new PodSnapshot.Admission.Admitted();
    }

    private void preempt(Pod victim) {
        PodRef ref = PodRef.of(victim);
        events.event(
                ref,
                Optional.empty(),
                EventType.WARNING,
                AdmissionVerdict.AfterPreempting.REASON,
                AdmissionVerdict.AfterPreempting.MESSAGE);
        admitted.remove(ref.uid());
        end.accept(
                ref.uid(),
                new Termination.Cause.Failed(
                        AdmissionVerdict.AfterPreempting.REASON,
                        AdmissionVerdict.AfterPreempting.MESSAGE,
                        true));
    }

    @Override
    public synchronized void release(DesiredPod pod) {
        admitted.remove(pod.ref().uid());
    }
}
