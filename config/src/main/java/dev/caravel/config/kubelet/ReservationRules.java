package dev.caravel.config.kubelet;

import dev.caravel.config.Quantity;
import dev.caravel.config.document.Violations;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules for what is kept back from pods, and where that is enforced. */
final class ReservationRules {

    private static final Set<String> RESOURCES =
            Set.of("cpu", "memory", "ephemeral-storage", "pid");

    private ReservationRules() {}

    static void check(KubeletConfiguration config, Violations out) {
        reserved("systemReserved", config.systemReserved(), out);
        reserved("kubeReserved", config.kubeReserved(), out);
        enforcement(config, out);
        out.when(
                !config.reservedSystemCPUs().isEmpty()
                        && !(config.systemReservedCgroup().isEmpty()
                                && config.kubeReservedCgroup().isEmpty()),
                "reservedSystemCPUs",
                "excludes systemReservedCgroup and kubeReservedCgroup");
        reservedMemory(config.reservedMemory(), out);
        qosReserved(config.qosReserved(), out);
    }

    private static void reserved(String field, Map<String, String> amounts, Violations out) {
        amounts.forEach((resource, text) -> {
            String path = field + "." + resource;
            out.when(
                    !RESOURCES.contains(resource),
                    path,
                    "cannot be reserved; cpu, memory, ephemeral-storage and pid can");
            boolean valid = Quantity.parse(text).filter(amount -> amount.signum() >= 0).isPresent();
            out.when(!valid, path, "must be an amount of 0 or more such as 500m or 1Gi");
        });
    }

    private static void enforcement(KubeletConfiguration config, Violations out) {
        List<NodeAllocatableEnforcement> levels = config.enforceNodeAllocatable();
        Set<NodeAllocatableEnforcement> seen = EnumSet.noneOf(NodeAllocatableEnforcement.class);
        for (int at = 0; at < levels.size(); at++) {
            NodeAllocatableEnforcement level = levels.get(at);
            String path = "enforceNodeAllocatable[" + at + "]";
            out.when(!seen.add(level), path, "is listed twice");
            switch (level) {
                case NONE -> out.when(levels.size() > 1, path, "must stand alone");
                case PODS -> needsPodCgroups(config, path, out);
                case SYSTEM_RESERVED, SYSTEM_RESERVED_COMPRESSIBLE -> {
                    needsPodCgroups(config, path, out);
                    out.when(
                            config.systemReservedCgroup().isEmpty(),
                            path,
                            "needs systemReservedCgroup");
                }
                case KUBE_RESERVED, KUBE_RESERVED_COMPRESSIBLE -> {
                    needsPodCgroups(config, path, out);
                    out.when(
                            config.kubeReservedCgroup().isEmpty(),
                            path,
                            "needs kubeReservedCgroup");
                }
            }
        }
        exclusive(
                seen,
                NodeAllocatableEnforcement.SYSTEM_RESERVED,
                NodeAllocatableEnforcement.SYSTEM_RESERVED_COMPRESSIBLE,
                out);
        exclusive(
                seen,
                NodeAllocatableEnforcement.KUBE_RESERVED,
                NodeAllocatableEnforcement.KUBE_RESERVED_COMPRESSIBLE,
                out);
    }

    private static void needsPodCgroups(KubeletConfiguration config, String path, Violations out) {
        out.when(!config.cgroupsPerQOS(), path, "needs cgroupsPerQOS: true");
    }

    private static void exclusive(
            Set<NodeAllocatableEnforcement> levels,
            NodeAllocatableEnforcement one,
            NodeAllocatableEnforcement other,
            Violations out) {
        out.when(
                levels.contains(one) && levels.contains(other),
                "enforceNodeAllocatable",
                "must not hold both " + one.wireName() + " and " + other.wireName());
    }

    private static void reservedMemory(List<MemoryReservation> reservations, Violations out) {
        Set<String> seen = new HashSet<>();
        for (int at = 0; at < reservations.size(); at++) {
            MemoryReservation reservation = reservations.get(at);
            String path = "reservedMemory[" + at + "].limits.";
            reservation
                    .limits()
                    .forEach((kind, amount) -> {
                        out.when(
                                !kind.equals("memory") && !kind.startsWith("hugepages-"),
                                path + kind,
                                "must be memory or hugepages-<size>");
                        out.when(amount.signum() == 0, path + kind, "must not be 0");
                        out.when(
                                !seen.add(reservation.numaNode() + " " + kind),
                                path + kind,
                                "is reserved twice on NUMA node " + reservation.numaNode());
                    });
        }
    }

    private static void qosReserved(Map<String, String> shares, Violations out) {
        shares.forEach((resource, text) -> {
            String path = "qosReserved." + resource;
            out.when(!resource.equals("memory"), path, "cannot be reserved; memory can");
            out.when(!isPercentage(text), path, "must be a percentage from 0% to 100%");
        });
    }

    private static boolean isPercentage(String text) {
        String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : "";
        boolean number =
                !digits.isEmpty()
                        && digits.length() <= 3
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number && Integer.parseInt(digits) <= 100;
    }
}
