package dev.caravel.kubelet.admission;

import dev.caravel.kubelet.resources.Criticality;
import dev.caravel.kubelet.resources.PodResources;
import dev.caravel.kubelet.resources.Qos;
import dev.caravel.linux.cgroup.QosClass;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which pods to evict so that a critical one fits: as few as possible, none of a better
 * quality-of-service class than needed, and of two alike the one that asked for less.
 */
final class Preemption {
    private Preemption() {}

    /** What is still to be freed of one resource. */
    private record Need(String resource, long amount) {}

    /** The victims, best-effort ones first; empty when even all of them would not do. */
    static Optional<List<Pod>> victims(Pod pod, List<Pod> others, List<Shortage> shortages) {
        List<Need> needs =
                shortages.stream().map(s -> new Need(s.resource(), s.missing())).toList();
        List<Pod> bestEffort = candidates(pod, others, QosClass.BEST_EFFORT);
        List<Pod> burstable = candidates(pod, others, QosClass.BURSTABLE);
        List<Pod> guaranteed = candidates(pod, others, QosClass.GUARANTEED);
        if (!without(needs, join(bestEffort, join(burstable, guaranteed))).isEmpty()) {
            return Optional.empty();
        }
        // Each class gives only what all the lesser ones together cannot.
        List<Pod> fromGuaranteed = pick(guaranteed, without(needs, join(bestEffort, burstable)));
        List<Pod> fromBurstable = pick(burstable, without(needs, join(bestEffort, fromGuaranteed)));
        List<Pod> fromBestEffort =
                pick(bestEffort, without(needs, join(fromBurstable, fromGuaranteed)));
        return Optional.of(join(fromBestEffort, join(fromBurstable, fromGuaranteed)));
    }

    private static List<Pod> candidates(Pod pod, List<Pod> others, QosClass qos) {
        return others.stream()
                .filter(other -> mayPreempt(pod, other) && Qos.of(other) == qos)
                .toList();
    }

    private static boolean mayPreempt(Pod pod, Pod other) {
        if (Criticality.isCritical(pod) && !Criticality.isCritical(other)) {
            return true;
        }
        Integer own = pod.getSpec().getPriority();
        Integer theirs = other.getSpec().getPriority();
        return own != null && theirs != null && own > theirs;
    }

    private static List<Pod> pick(List<Pod> candidates, List<Need> needs) {
        List<Pod> left = new ArrayList<>(candidates);
        List<Pod> picked = new ArrayList<>();
        List<Need> open = needs;
        while (!open.isEmpty() && !left.isEmpty()) {
            Pod best = left.getFirst();
            for (Pod pod : left.subList(1, left.size())) {
                int nearer = Double.compare(distance(pod, open), distance(best, open));
                if (nearer < 0 || (nearer == 0 && asksForLess(pod, best))) {
                    best = pod;
                }
            }
            picked.add(best);
            left.remove(best);
            open = without(open, List.of(best));
        }
        return picked;
    }

    /** The part of each need that a pod would leave, squared, so that all needs weigh the same. */
    private static double distance(Pod pod, List<Need> needs) {
        double sum = 0;
        for (Need need : needs) {
            double rest = (double) need.amount() - request(pod, need.resource());
            if (rest > 0) {
                double part = rest / need.amount();
                sum += part * part;
            }
        }
        return sum;
    }

    private static boolean asksForLess(Pod a, Pod b) {
        int memory = Long.compare(request(a, "memory"), request(b, "memory"));
        return memory != 0 ? memory < 0 : request(a, "cpu") <= request(b, "cpu");
    }

    private static List<Need> without(List<Need> needs, List<Pod> pods) {
        List<Need> rest = new ArrayList<>();
        for (Need need : needs) {
            long freed = pods.stream().mapToLong(pod -> request(pod, need.resource())).sum();
            if (need.amount() > freed) {
                rest.add(new Need(need.resource(), need.amount() - freed));
            }
        }
        return rest;
    }

    private static long request(Pod pod, String resource) {
        if (resource.equals("pods")) {
            return 1;
        }
        Map<String, BigDecimal> requests = PodResources.requests(pod);
        return Shortage.unit(resource, requests.getOrDefault(resource, BigDecimal.ZERO));
    }

    private static List<Pod> join(List<Pod> a, List<Pod> b) {
        List<Pod> both = new ArrayList<>(a);
        both.addAll(b);
        return both;
    }
}
