package dev.caravel.cri.grpc;

import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.LinuxResources.HugepageLimit;
import dev.caravel.proto.cri.LinuxContainerResources;

/** {@link LinuxResources} on the wire. */
final class ResourcesWire {
    private ResourcesWire() {}

    static LinuxContainerResources toWire(LinuxResources resources) {
        var wire =
                LinuxContainerResources.newBuilder()
                        .setCpuPeriod(resources.cpuPeriod())
                        .setCpuQuota(resources.cpuQuota())
                        .setCpuShares(resources.cpuShares())
                        .setMemoryLimitInBytes(resources.memoryLimitBytes())
                        .setOomScoreAdj(resources.oomScoreAdj())
                        .setCpusetCpus(resources.cpusetCpus())
                        .setCpusetMems(resources.cpusetMems())
                        .putAllUnified(resources.unified())
                        .setMemorySwapLimitInBytes(resources.memorySwapLimitBytes());
        for (HugepageLimit limit : resources.hugepageLimits()) {
            wire.addHugepageLimitsBuilder()
                    .setPageSize(limit.pageSize())
                    .setLimit(limit.limitBytes());
        }
        return wire.build();
    }

    static LinuxResources read(LinuxContainerResources resources) {
        return new LinuxResources(
                resources.getCpuPeriod(),
                resources.getCpuQuota(),
                resources.getCpuShares(),
                resources.getMemoryLimitInBytes(),
                resources.getOomScoreAdj(),
                resources.getCpusetCpus(),
                resources.getCpusetMems(),
                resources.getHugepageLimitsList().stream()
                        .map(h -> new HugepageLimit(h.getPageSize(), Answer.unsigned(h.getLimit())))
                        .toList(),
                resources.getUnifiedMap(),
                resources.getMemorySwapLimitInBytes());
    }
}
