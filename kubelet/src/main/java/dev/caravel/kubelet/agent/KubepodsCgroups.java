package dev.caravel.kubelet.agent;

import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.resources.CpuNumbers;
import dev.caravel.kubelet.resources.Quantities;
import dev.caravel.linux.cgroup.CgroupLimits;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.cgroup.KubepodsNames;
import dev.caravel.linux.cgroup.QosClass;
import java.io.IOException;

/** The groups above the pods' own: all pods together, and the QoS classes (contract §8.1). */
final class KubepodsCgroups {

    private KubepodsCgroups() {}

    static void make(KubepodsNames names, Cgroups cgroups, NodeFacts facts) throws IOException {
        long milli = Quantities.milli(facts.capacity().allocatable().get("cpu"));
        cgroups.create(
                names.kubepods(),
                CgroupLimits.none()
                        .withCpuShares(CpuNumbers.shares(milli))
                        .withMemoryLimit(facts.capacity().memoryBytes()));
        cgroups.create(
                names.qos(QosClass.BURSTABLE),
                CgroupLimits.none().withCpuShares(CpuNumbers.MIN_SHARES));
        cgroups.create(
                names.qos(QosClass.BEST_EFFORT),
                CgroupLimits.none().withCpuShares(CpuNumbers.MIN_SHARES));
    }
}
