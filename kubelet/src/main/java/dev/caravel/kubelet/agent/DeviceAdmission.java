package dev.caravel.kubelet.agent;

import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.device.Devices;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.PodSnapshot.Admission;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.worker.PodServices;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** After the rules have let a pod in: the devices it asks for must be there, or it fails. */
final class DeviceAdmission implements PodServices.AdmissionDesk {

    private static final String REASON = "UnexpectedAdmissionError";

    private final PodServices.AdmissionDesk rules;
    private final Devices devices;
    private final RuntimeView view;
    private final PodStore store;
    private final EventSink events;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    DeviceAdmission(
            PodServices.AdmissionDesk rules,
            Devices devices,
            RuntimeView view,
            PodStore store,
            EventSink events) {
        this.rules = rules;
        this.devices = devices;
        this.view = view;
        this.store = store;
        this.events = events;
    }

    @Override
    public Admission admit(DesiredPod pod) {
        Admission answer = rules.admit(pod);
        if (!(answer instanceof Admission.Admitted) || isOver(pod.pod())) {
            return answer;
        }
        ObservedPod observed = view.of(pod.ref().uid());
        Optional<String> refusal =
                devices.admit(
                        pod.pod(),
                        name ->
                                observed.newest(name)
                                        .filter(ObservedContainer::isRunning)
                                        .isPresent(),
                        active(pod));
        if (refusal.isEmpty()) {
            return answer;
        }
        rules.release(pod);
        return refused(pod, refusal.get());
    }

    /** Known once every source has told its pods. */
    private Optional<Set<String>> active(DesiredPod newest) {
        if (!store.allSynced()) {
            return Optional.empty();
        }
        Set<String> uids =
                store.all().stream()
                        .filter(p -> !isOver(p.pod()) || view.of(p.ref().uid()).mayRun())
                        .map(p -> p.ref().uid())
                        .collect(Collectors.toSet());
        uids.add(newest.ref().uid());
        return Optional.of(uids);
    }

    @Override
    public Admission confirm(DesiredPod pod, Admission answered) {
        if (!(answered instanceof Admission.Admitted)) {
            return answered;
        }
        return devices.refusal(pod.ref().uid()).map(why -> refused(pod, why)).orElse(answered);
    }

    private Admission refused(DesiredPod pod, String why) {
        String message = "Allocate failed due to " + why + ", which is unexpected";
        if (told.add(pod.ref().uid())) {
            events.event(pod.ref(), Optional.empty(), EventType.WARNING, REASON, message);
        }
        return new Admission.Rejected(REASON, "Pod was rejected: " + message);
    }

    private static boolean isOver(Pod pod) {
        String phase = pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** Its devices stay: they are given back when nothing of it runs, not when the kubelet ends. */
    @Override
    public void release(DesiredPod pod) {
        devices.forget(pod.ref().uid());
        told.remove(pod.ref().uid());
        rules.release(pod);
    }
}
