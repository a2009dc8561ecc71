package dev.caravel.kubelet.node;

import io.fabric8.kubernetes.api.model.NodeCondition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The conditions this node reports about itself (contract §6.2): transition times move with the
 * status, a change is an event, and Ready comes last, as old control planes expect.
 */
final class NodeConditions {
    private static final String TRUE = "True";
    private static final String FALSE = "False";
    static final String READY = "Ready";

    private final String nodeName;
    private final String now;
    private final List<NodeCondition> conditions;
    private final List<NodeEvent> events = new ArrayList<>();

    private NodeConditions(String nodeName, List<NodeCondition> existing, Instant now) {
        this.nodeName = nodeName;
        this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
        this.conditions = new ArrayList<>(existing);
    }

    /**
     * The conditions and what became of them.
     *
     * @param conditions those of others as they were, ours as they are now
     * @param events one for each of ours whose status changed
     */
    record Result(List<NodeCondition> conditions, List<NodeEvent> events) {}

    /**
     * Computes ours.
     *
     * @param existing as the API shows them; those of others stay
     * @param missingCapacities resources the node must have and does not
     */
    static Result of(
            String nodeName,
            List<NodeCondition> existing,
            NodeHealth health,
            List<String> missingCapacities,
            Instant now) {
        NodeConditions computed = new NodeConditions(nodeName, existing, now);
        computed.pressure(
                "MemoryPressure",
                health.memoryPressure(),
                new Words(
                        "KubeletHasInsufficientMemory",
                        "kubelet has insufficient memory available",
                        "NodeHasInsufficientMemory"),
                new Words(
                        "KubeletHasSufficientMemory",
                        "kubelet has sufficient memory available",
                        "NodeHasSufficientMemory"));
        computed.pressure(
                "DiskPressure",
                health.diskPressure(),
                new Words(
                        "KubeletHasDiskPressure",
                        "kubelet has disk pressure",
                        "NodeHasDiskPressure"),
                new Words(
                        "KubeletHasNoDiskPressure",
                        "kubelet has no disk pressure",
                        "NodeHasNoDiskPressure"));
        computed.pressure(
                "PIDPressure",
                health.pidPressure(),
                new Words(
                        "KubeletHasInsufficientPID",
                        "kubelet has insufficient PID available",
                        "NodeHasInsufficientPID"),
                new Words(
                        "KubeletHasSufficientPID",
                        "kubelet has sufficient PID available",
                        "NodeHasSufficientPID"));
        computed.ready(health, missingCapacities);
        return new Result(List.copyOf(computed.conditions), List.copyOf(computed.events));
    }

    private record Words(String reason, String message, String event) {}

    private void pressure(String type, boolean pressed, Words yes, Words no) {
        Words words = pressed ? yes : no;
        String status = pressed ? TRUE : FALSE;
        int at = indexOf(type);
        NodeCondition before = at < 0 ? new NodeCondition() : conditions.get(at);
        boolean changed = !status.equals(before.getStatus());
        NodeCondition condition = new NodeCondition();
        condition.setType(type);
        condition.setStatus(status);
        condition.setLastHeartbeatTime(now);
        condition.setReason(changed ? words.reason : before.getReason());
        condition.setMessage(changed ? words.message : before.getMessage());
        condition.setLastTransitionTime(changed ? now : before.getLastTransitionTime());
        put(at, condition);
        if (changed) {
            events.add(NodeEvent.statusIsNow(nodeName, words.event));
        }
    }

    private void ready(NodeHealth health, List<String> missingCapacities) {
        Set<String> problems = new LinkedHashSet<>(health.problems());
        if (!missingCapacities.isEmpty()) {
            problems.add(
                    "missing node capacity for resources: " + String.join(", ", missingCapacities));
        }
        boolean ready = problems.isEmpty();
        String message = ready ? "kubelet is posting ready status" : aggregate(problems);
        NodeCondition condition = new NodeCondition();
        condition.setType(READY);
        condition.setStatus(ready ? TRUE : FALSE);
        condition.setReason(ready ? "KubeletReady" : "KubeletNotReady");
        condition.setMessage(
                health.warning().map(w -> message + ". WARNING: " + w).orElse(message));
        condition.setLastHeartbeatTime(now);
        int at = indexOf(READY);
        boolean same = at >= 0 && condition.getStatus().equals(conditions.get(at).getStatus());
        condition.setLastTransitionTime(same ? conditions.get(at).getLastTransitionTime() : now);
        put(at, condition);
        if (at >= 0 && !same) {
            events.add(NodeEvent.statusIsNow(nodeName, ready ? "NodeReady" : "NodeNotReady"));
        }
    }

    /** One problem as it is, several in brackets: what tools parse out of the message today. */
    private static String aggregate(Set<String> problems) {
        return problems.size() == 1
                ? problems.iterator().next()
                : "[" + String.join(", ", problems) + "]";
    }

    private int indexOf(String type) {
        for (int i = 0; i < conditions.size(); i++) {
            if (type.equals(conditions.get(i).getType())) {
                return i;
            }
        }
        return -1;
    }

    private void put(int at, NodeCondition condition) {
        if (at < 0) {
            conditions.add(condition);
        } else {
            conditions.set(at, condition);
        }
    }
}
