package dev.caravel.kubelet.allocation;

import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be resized of a container or pod; 0 is none.
 *
 * @param memoryLimit bytes
 * @param memoryRequest bytes
 * @param cpuLimit millicores
 * @param cpuRequest millicores
 */
public record Amounts(long memoryLimit, long memoryRequest, long cpuLimit, long cpuRequest) {

    public static final Amounts NONE = new Amounts(0, 0, 0, 0);

    /** Of a container; a limit it lacks is that of the pod as a whole. */
    public static Amounts of(
            Optional<ResourceRequirements> podLevel, @Nullable ResourceRequirements container) {
        Amounts own = of(container);
        Amounts whole = podLevel.map(Amounts::of).orElse(NONE);
        return new Amounts(
                own.memoryLimit == 0 ? whole.memoryLimit : own.memoryLimit,
                own.memoryRequest,
                own.cpuLimit == 0 ? whole.cpuLimit : own.cpuLimit,
                own.cpuRequest);
    }

    /** As they are written. */
    public static Amounts of(@Nullable ResourceRequirements resources) {
        return resources == null
                ? NONE
                : new Amounts(
                        value(resources.getLimits(), "memory"),
                        value(resources.getRequests(), "memory"),
                        milli(resources.getLimits()),
                        milli(resources.getRequests()));
    }

    boolean sameMemory(Amounts other) {
        return memoryLimit == other.memoryLimit && memoryRequest == other.memoryRequest;
    }

    boolean sameCpu(Amounts other) {
        return cpuLimit == other.cpuLimit && cpuRequest == other.cpuRequest;
    }

    /** Memory of this, CPU of the other. */
    public Amounts withCpuOf(Amounts other) {
        return new Amounts(memoryLimit, memoryRequest, other.cpuLimit, other.cpuRequest);
    }

    private static long value(@Nullable Map<String, Quantity> list, String name) {
        return Quantities.value(Quantities.get(list, name));
    }

    private static long milli(@Nullable Map<String, Quantity> list) {
        return Quantities.milli(Quantities.get(list, "cpu"));
    }
}
