package dev.caravel.cri;

import java.util.List;
import java.util.Map;

/**
 * Resource limits of a container or pod as the kernel takes them; 0 and empty mean "not set".
 *
 * @param cpuPeriod microseconds
 * @param cpuQuota microseconds of CPU time in one period
 * @param unified cgroup v2 file name to its content
 * @param memorySwapLimitBytes memory plus swap, cgroup v1 only
 */
public record LinuxResources(
        long cpuPeriod,
        long cpuQuota,
        long cpuShares,
        long memoryLimitBytes,
        long oomScoreAdj,
        String cpusetCpus,
        String cpusetMems,
        List<HugepageLimit> hugepageLimits,
        Map<String, String> unified,
        long memorySwapLimitBytes) {
    public LinuxResources {
        hugepageLimits = List.copyOf(hugepageLimits);
        unified = Map.copyOf(unified);
    }

    /** Limit for one page size, written as in {@code 2MB} or {@code 1GB}. */
    public record HugepageLimit(String pageSize, long limitBytes) {}

    /** Starts one with everything that is not named here absent, empty or zero. */
    public static Builder builder() {
        return new Builder();
    }

    /** A copy to change: every component starts with the value it has here. */
    public Builder toBuilder() {
        return builder()
                .cpuPeriod(cpuPeriod)
                .cpuQuota(cpuQuota)
                .cpuShares(cpuShares)
                .memoryLimitBytes(memoryLimitBytes)
                .oomScoreAdj(oomScoreAdj)
                .cpusetCpus(cpusetCpus)
                .cpusetMems(cpusetMems)
                .hugepageLimits(hugepageLimits)
                .unified(unified)
                .memorySwapLimitBytes(memorySwapLimitBytes);
    }

    /** Names the components of a {@link LinuxResources} one at a time. */
    public static final class Builder {
        private long cpuPeriod = 0;
        private long cpuQuota = 0;
        private long cpuShares = 0;
        private long memoryLimitBytes = 0;
        private long oomScoreAdj = 0;
        private String cpusetCpus = "";
        private String cpusetMems = "";
        private List<HugepageLimit> hugepageLimits = List.of();
        private Map<String, String> unified = Map.of();
        private long memorySwapLimitBytes = 0;

        private Builder() {}

        public Builder cpuPeriod(long value) {
            cpuPeriod = value;
            return this;
        }

        public Builder cpuQuota(long value) {
            cpuQuota = value;
            return this;
        }

        public Builder cpuShares(long value) {
            cpuShares = value;
            return this;
        }

        public Builder memoryLimitBytes(long value) {
            memoryLimitBytes = value;
            return this;
        }

        public Builder oomScoreAdj(long value) {
            oomScoreAdj = value;
            return this;
        }

        public Builder cpusetCpus(String value) {
            cpusetCpus = value;
            return this;
        }

        public Builder cpusetMems(String value) {
            cpusetMems = value;
            return this;
        }

        public Builder hugepageLimits(List<HugepageLimit> value) {
            hugepageLimits = value;
            return this;
        }

        public Builder unified(Map<String, String> value) {
            unified = value;
            return this;
        }

        public Builder memorySwapLimitBytes(long value) {
            memorySwapLimitBytes = value;
            return this;
        }

        public LinuxResources build() {
            return new LinuxResources(
                    cpuPeriod,
                    cpuQuota,
                    cpuShares,
                    memoryLimitBytes,
                    oomScoreAdj,
                    cpusetCpus,
                    cpusetMems,
                    hugepageLimits,
                    unified,
                    memorySwapLimitBytes);
        }
    }
}
