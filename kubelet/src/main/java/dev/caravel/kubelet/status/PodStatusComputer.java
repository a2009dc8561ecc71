package dev.caravel.kubelet.status;

import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.plan.Termination.Cause;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status of a pod as a pure function of what is wanted, what the runtime has and what the
 * planner decided (contract §5.11). Publishing, merging with other writers and withholding are the
 * publisher's business, except one rule that needs the runtime's picture: a phase becomes terminal
 * only when nothing of the pod may run any more.
 */
public final class PodStatusComputer {

    private PodStatusComputer() {}

    /**
     * What the node knows about itself that pod statuses carry.
     *
     * @param hostIps addresses of the node, primary first
     * @param runtimeName prefix of container IDs, e.g. {@code containerd}
     * @param podResources whether statuses tell the resources of the pod as a whole (gate
     *     InPlacePodLevelResourcesVerticalScaling)
     */
    public record Host(List<String> hostIps, String runtimeName, boolean podResources) {
        public Host {
            hostIps = List.copyOf(hostIps);
        }
    }

    /**
     * Computes the status.
     *
     * @param plan the plan made from the same snapshot
     * @param previous the status last computed or, at first, the one in the API
     * @param qosClass of the pod's spec
     */
    public static PodStatus compute(
            PodSnapshot s, Plan plan, PodStatus previous, Host host, String qosClass) {
        ContainerStatuses containers = ContainerStatuses.of(s, plan, previous, host.runtimeName());
        Optional<Termination> end = plan.termination();
        boolean over =
                end.isPresent() && !s.observed().mayRun() && !s.isRunning(ActivityKey.Topic.START);
        if (over) {
            containers = containers.withoutWaiting();
        }
        String phase = phase(s, containers, end, over, previous);
        PodStatusBuilder status =
                new PodStatusBuilder()
                        .withObservedGeneration(s.pod().getMetadata().getGeneration())
                        .withPhase(phase)
                        .withStartTime(startTime(s, previous))
                        .withQosClass(qosClass)
                        .withInitContainerStatuses(containers.init())
                        .withContainerStatuses(containers.regular())
                        .withEphemeralContainerStatuses(containers.ephemeral());
        withReason(status, end, over, previous);
        withAddresses(status, s, previous, host);
        if (host.podResources()) {
            status.withResources(ResourceReport.ofPod(s, previous));
            status.withAllocatedResources(ResourceReport.allocated(s.pod()));
        }
        status.withConditions(PodConditions.of(s, containers, phase, end, previous));
        return status.build();
    }

    private static String phase(
            PodSnapshot s,
            ContainerStatuses containers,
            Optional<Termination> end,
            boolean over,
            PodStatus previous) {
        String before = Optional.ofNullable(previous.getPhase()).orElse("Pending");
        if (isTerminal(before)) {
            return before;
        }
        if (over && !s.desired().source().isStatic()) {
            boolean failed = end.orElseThrow().cause() instanceof Cause.Failed;
            return !failed && containers.allSucceeded() ? "Succeeded" : "Failed";
        }
        String now = PodPhases.of(s.pod(), containers);
        return isTerminal(now) && !over ? before : now;
    }

    static boolean isTerminal(String phase) {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static void withReason(
            PodStatusBuilder status, Optional<Termination> end, boolean over, PodStatus previous) {
        if (over && end.orElseThrow().cause() instanceof Cause.Failed f) {
            status.withReason(f.reason()).withMessage(f.message());
        } else {
            status.withReason(previous.getReason()).withMessage(previous.getMessage());
        }
    }

    private static String startTime(PodSnapshot s, PodStatus previous) {
        String known = previous.getStartTime();
        return known != null
                ? known
                : s.desired().firstSeen().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void withAddresses(
            PodStatusBuilder status, PodSnapshot s, PodStatus previous, Host host) {
        if (!host.hostIps().isEmpty()) {
            status.withHostIP(host.hostIps().getFirst());
            status.withHostIPs(host.hostIps().stream().map(HostIP::new).toList());
        }
        List<String> ips = podIps(s, previous, host);
        if (!ips.isEmpty()) {
            status.withPodIP(ips.getFirst());
            status.withPodIPs(ips.stream().map(PodIP::new).toList());
        }
    }

    private static List<String> podIps(PodSnapshot s, PodStatus previous, Host host) {
        if (Boolean.TRUE.equals(s.pod().getSpec().getHostNetwork())) {
            return s.observed().sandboxes().isEmpty() && previous.getPodIP() == null
                    ? List.of()
                    : host.hostIps();
        }
        List<String> now = s.observed().newestSandbox().map(ObservedSandbox::ips).orElse(List.of());
        if (!now.isEmpty()) {
            return preferFamily(now, host);
        }
        return previous.getPodIPs() == null
                ? List.of()
                : previous.getPodIPs().stream().map(PodIP::getIp).toList();
    }

    /** The family of the node's primary address first, at most one address of each family. */
    private static List<String> preferFamily(List<String> ips, Host host) {
        boolean six = !host.hostIps().isEmpty() && host.hostIps().getFirst().contains(":");
        List<String> ordered = new ArrayList<>(2);
        ips.stream().filter(ip -> ip.contains(":") == six).findFirst().ifPresent(ordered::add);
        ips.stream().filter(ip -> ip.contains(":") != six).findFirst().ifPresent(ordered::add);
        return ordered;
    }

    /** Finds a container's status in a list. */
    static Optional<ContainerStatus> find(List<ContainerStatus> all, String name) {
        return all.stream().filter(c -> c.getName().equals(name)).findFirst();
    }
}
