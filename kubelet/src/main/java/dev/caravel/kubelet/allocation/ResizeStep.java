package dev.caravel.kubelet.allocation;

import dev.caravel.linux.cgroup.CgroupLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * One change of a resize. The order keeps every moment valid: a growing pod grows before its
 * containers, a shrinking one shrinks after them; memory comes before CPU; among the containers
 * those that give come before those that take; limits never fall below requests.
 */
public sealed interface ResizeStep {

    /** The two resources that can be resized; each is carried out as a whole. */
    enum Resource {
        MEMORY,
        CPU
    }

    Resource resource();

    /** The memory limit of the pod's group. */
    record PodMemory() implements ResizeStep {
        @Override
        public Resource resource() {
            return Resource.MEMORY;
        }
    }

    /** The CPU quota of the pod's group. */
    record PodQuota() implements ResizeStep {
        @Override
        public Resource resource() {
            return Resource.CPU;
        }
    }

    /** The CPU shares of the pod's group. */
    record PodShares() implements ResizeStep {
        @Override
        public Resource resource() {
            return Resource.CPU;
        }
    }

    /** One resource of one container; the other stays as it is. */
    record OfContainer(ContainerResize container, Resource resource) implements ResizeStep {}

    /**
     * Says that everything before it of this resource is done, so that the pod as a whole has it.
     */
    record Complete(Resource resource) implements ResizeStep {}

    /**
     * The steps, in order.
     *
     * @param containers what is to change in running containers
     * @param pod whether the pod's group is to change even if no container does
     * @param now limits of the pod's group in force
     * @param wanted limits it is to have; what is absent stays
     */
    static List<ResizeStep> of(
            List<ContainerResize> containers, boolean pod, CgroupLimits now, CgroupLimits wanted) {
        List<ResizeStep> steps = new ArrayList<>();
        List<ContainerResize> memory =
                containers.stream().filter(c -> !c.from().sameMemory(c.to())).toList();
        if (pod || !memory.isEmpty()) {
            int limit = change(now.memoryLimitBytes(), wanted.memoryLimitBytes());
            addIf(limit > 0, new PodMemory(), steps);
            steps.addAll(
                    inOrder(memory, Resource.MEMORY, Amounts::memoryLimit, Amounts::memoryRequest));
            addIf(limit < 0, new PodMemory(), steps);
            steps.add(new Complete(Resource.MEMORY));
        }
        List<ContainerResize> cpu =
                containers.stream().filter(c -> !c.from().sameCpu(c.to())).toList();
        if (pod || !cpu.isEmpty()) {
            int quota = change(now.cpuQuotaMicros(), wanted.cpuQuotaMicros());
            int shares = change(now.cpuShares(), wanted.cpuShares());
            addIf(quota > 0, new PodQuota(), steps);
            addIf(shares > 0, new PodShares(), steps);
            steps.addAll(inOrder(cpu, Resource.CPU, Amounts::cpuLimit, Amounts::cpuRequest));
            addIf(shares < 0, new PodShares(), steps);
            addIf(quota < 0, new PodQuota(), steps);
            steps.add(new Complete(Resource.CPU));
        }
        return steps;
    }

    private static void addIf(boolean condition, ResizeStep step, List<ResizeStep> steps) {
        if (condition) {
            steps.add(step);
        }
    }

    /** Positive when it grows, negative when it shrinks; -1 is no limit, the greatest there is. */
    private static int change(OptionalLong now, OptionalLong wanted) {
        if (wanted.isEmpty()) {
            return 0;
        }
        return Long.compare(unlimited(wanted), unlimited(now));
    }

    private static long unlimited(OptionalLong value) {
        long limit = value.orElse(-1);
        return limit < 0 ? Long.MAX_VALUE : limit;
    }

    /** Decreases first, by the limit or, where that stays, by the request. */
    private static List<ResizeStep> inOrder(
            List<ContainerResize> containers,
            Resource resource,
            ToLongFunction<Amounts> limit,
            ToLongFunction<Amounts> request) {
        return containers.stream()
                .sorted(
                        Comparator.comparing(c -> {
                            ToLongFunction<Amounts> what =
                                    limit.applyAsLong(c.from()) == limit.applyAsLong(c.to())
                                            ? request
                                            : limit;
                            return what.applyAsLong(c.to()) > what.applyAsLong(c.from());
                        }))
                .<ResizeStep>map(c -> new OfContainer(c, resource))
                .toList();
    }
}
