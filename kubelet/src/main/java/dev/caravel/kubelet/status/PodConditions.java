package dev.caravel.kubelet.status;

import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.plan.Termination;
import dev.caravel.kubelet.plan.rules.RestartAllRule;
import dev.caravel.kubelet.plan.rules.SandboxRule;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The conditions the kubelet owns, each with the time of its last change (contract §5.11). */
final class PodConditions {

    /** A condition before it is compared with the previous one. */
    private record Fact(boolean holds, String reason, String message) {
        static final Fact TRUE = new Fact(true, "", "");
    }

    private final PodSnapshot s;
    private final ContainerStatuses containers;
    private final String phase;
    private final PodStatus previous;
    private final List<PodCondition> out = new ArrayList<>();

    private PodConditions(
            PodSnapshot s, ContainerStatuses containers, String phase, PodStatus previous) {
        this.s = s;
        this.containers = containers;
        this.phase = phase;
        this.previous = previous;
    }

    static List<PodCondition> of(
            PodSnapshot s,
            ContainerStatuses containers,
            String phase,
            Optional<Termination> end,
            PodStatus previous) {
        PodConditions c = new PodConditions(s, containers, phase, previous);
        c.add("PodReadyToStartContainers", c.sandboxReady());
        c.add("Initialized", c.initialized());
        Fact ready = c.containersReady();
        c.add("Ready", ready.holds ? c.gates() : ready);
        c.add("ContainersReady", ready);
        c.add("PodScheduled", Fact.TRUE);
        if (RestartPolicies.mayRestartAll(s.pod())) {
            c.add("AllContainersRestarting", c.restartingAll());
        }
        c.out.addAll(s.resizing().conditions());
        if (end.isPresent()
                && end.get().cause() instanceof Termination.Cause.Failed f
                && f.disruption()) {
            c.add("DisruptionTarget", new Fact(true, "TerminationByKubelet", f.message()));
        }
        return List.copyOf(c.out);
    }

    private Fact sandboxReady() {
        Optional<String> trouble = SandboxRule.trouble(s);
        return trouble.map(t -> new Fact(false, "PodSandboxNotReady", t)).orElse(Fact.TRUE);
    }

    private Fact restartingAll() {
        return switch (phase) {
            case "Succeeded" -> new Fact(false, "PodCompleted", "");
            case "Failed" -> new Fact(false, "PodFailed", "");
            default ->
                    RestartAllRule.applies(s)
                            ? new Fact(
                                    true,
                                    "RestartAllContainersStarted",
                                    "container exited with restart policy rule")
                            : new Fact(false, "", "");
        };
    }

    private Fact initialized() {
        List<String> unknown = new ArrayList<>();
        List<String> incomplete = new ArrayList<>();
        for (PodContainer c : PodContainer.inits(s.pod())) {
            Optional<ContainerStatus> status = PodStatusComputer.find(containers.init(), c.name());
            if (status.isEmpty()) {
                unknown.add(c.name());
            } else if (!isThrough(c, status.get())) {
                incomplete.add(c.name());
            }
        }
        if (phase.equals("Succeeded") && unknown.isEmpty()) {
            return new Fact(true, "PodCompleted", "");
        }
        if (containers.anyRegularStarted() || (unknown.isEmpty() && incomplete.isEmpty())) {
            return Fact.TRUE;
        }
        return new Fact(
                false,
                "ContainersNotInitialized",
                message(unknown, "unknown", incomplete, "incomplete"));
    }

    private static boolean isThrough(PodContainer c, ContainerStatus status) {
        return c.kind() == ContainerKind.SIDECAR
                ? Boolean.TRUE.equals(status.getStarted())
                : Boolean.TRUE.equals(status.getReady());
    }

    private Fact containersReady() {
        List<String> unknown = new ArrayList<>();
        List<String> unready = new ArrayList<>();
        for (PodContainer c : PodContainer.all(s.pod())) {
            if (c.kind() != ContainerKind.SIDECAR && c.kind() != ContainerKind.REGULAR) {
                continue;
            }
            List<ContainerStatus> list =
                    c.kind().isInit() ? containers.init() : containers.regular();
            Optional<ContainerStatus> status = PodStatusComputer.find(list, c.name());
            if (status.isEmpty()) {
                unknown.add(c.name());
            } else if (!Boolean.TRUE.equals(status.get().getReady())) {
                unready.add(c.name());
            }
        }
        if (phase.equals("Succeeded") && unknown.isEmpty()) {
            return new Fact(false, "PodCompleted", "");
        }
        if (phase.equals("Failed")) {
            return new Fact(false, "PodFailed", "");
        }
        return unknown.isEmpty() && unready.isEmpty()
                ? Fact.TRUE
                : new Fact(
                        false,
                        "ContainersNotReady",
                        message(unknown, "unknown", unready, "unready"));
    }

    /** Readiness gates are conditions that others set on the pod. */
    private Fact gates() {
        List<PodReadinessGate> gates = s.pod().getSpec().getReadinessGates();
        List<String> messages = new ArrayList<>();
        for (PodReadinessGate gate : gates) {
            Optional<PodCondition> c = apiCondition(gate.getConditionType());
            if (c.isEmpty()) {
                messages.add(
                        "corresponding condition of pod readiness gate \""
                                + gate.getConditionType()
                                + "\" does not exist.");
            } else if (!"True".equals(c.get().getStatus())) {
                messages.add(
                        "the status of pod readiness gate \""
                                + gate.getConditionType()
                                + "\" is not \"True\", but "
                                + c.get().getStatus());
            }
        }
        return messages.isEmpty()
                ? Fact.TRUE
                : new Fact(false, "ReadinessGatesNotReady", String.join(", ", messages));
    }

    private Optional<PodCondition> apiCondition(String type) {
        return s.pod().getStatus() == null
                ? Optional.empty()
                : s.pod().getStatus().getConditions().stream()
                        .filter(c -> type.equals(c.getType()))
                        .findFirst();
    }

    private static String message(List<String> a, String aWord, List<String> b, String bWord) {
        List<String> parts = new ArrayList<>();
        if (!a.isEmpty()) {
            parts.add("containers with " + aWord + " status: [" + String.join(" ", a) + "]");
        }
        if (!b.isEmpty()) {
            parts.add("containers with " + bWord + " status: [" + String.join(" ", b) + "]");
        }
        return String.join(", ", parts);
    }

    private void add(String type, Fact fact) {
        String status = fact.holds ? "True" : "False";
        Optional<PodCondition> before =
                previous.getConditions().stream().filter(c -> type.equals(c.getType())).findFirst();
        String since =
                before.filter(c -> Objects.equals(c.getStatus(), status))
                        .map(PodCondition::getLastTransitionTime)
                        .orElse(s.now().truncatedTo(ChronoUnit.SECONDS).toString());
        PodConditionBuilder condition =
                new PodConditionBuilder()
                        .withType(type)
                        .withStatus(status)
                        .withObservedGeneration(s.pod().getMetadata().getGeneration())
                        .withLastTransitionTime(since);
        if (!fact.reason.isEmpty()) {
            condition.withReason(fact.reason);
        }
        if (!fact.message.isEmpty()) {
            condition.withMessage(fact.message);
        }
        out.add(condition.build());
    }
}
