package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CgroupLimitsTest {
    private static final CgroupLimits NONE = CgroupLimits.none();

    @Test
    void eachLimitIsKept() {
        CgroupLimits limits =
                NONE.withCpuShares(102)
                        .withCpuQuota(20_000, 100_000)
                        .withMemoryLimit(1 << 20)
                        .withPidsMax(-1)
                        .withHugetlb(Map.of(2L << 20, 4L << 20))
                        .withCpuset("0-1")
                        .withUnified("memory.min", "0")
                        .withUnified("memory.oom.group", "1");
        assertThat(limits.cpuShares()).hasValue(102);
        assertThat(limits.cpuQuotaMicros()).hasValue(20_000);
        assertThat(limits.cpuPeriodMicros()).hasValue(100_000);
        assertThat(limits.memoryLimitBytes()).hasValue(1 << 20);
        assertThat(limits.pidsMax()).hasValue(-1);
        assertThat(limits.hugetlbBytes()).hasValue(Map.of(2L << 20, 4L << 20));
        assertThat(limits.cpusetCpus()).hasValue("0-1");
        assertThat(limits.unified()).isEqualTo(Map.of("memory.min", "0", "memory.oom.group", "1"));
    }

    @Test
    void aMemoryLimitOfNothingMeansUnsetAndNeverReachesTheKernel() {
        assertThat(NONE.withMemoryLimit(0)).isEqualTo(NONE);
    }

    @Test
    void noProcessesAtAllBecomesOne() {
        assertThat(NONE.withPidsMax(0).pidsMax()).hasValue(1);
    }

    @Test
    void valuesTheKernelWouldRefuseAreRefused() {
        assertThatThrownBy(() -> NONE.withCpuShares(1)).hasMessageContaining("cpu.shares of 1");
        assertThatThrownBy(() -> NONE.withCpuShares(262145)).hasMessageContaining("out of range");
        assertThatThrownBy(() -> NONE.withCpuQuota(0, 100_000)).hasMessageContaining("cpu quota");
        assertThatThrownBy(() -> NONE.withCpuQuota(-1, 0)).hasMessageContaining("cpu period");
        assertThatThrownBy(() -> NONE.withMemoryLimit(-2)).hasMessageContaining("memory limit");
        assertThatThrownBy(() -> NONE.withUnified("../x.y", "1")).hasMessageContaining("../x.y");
        assertThatThrownBy(() -> NONE.withUnified("plain", "1")).hasMessageContaining("plain");
    }
}
