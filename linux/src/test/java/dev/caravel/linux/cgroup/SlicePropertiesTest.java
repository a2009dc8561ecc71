package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.dbus.DbusValue;
import dev.caravel.linux.dbus.Systemd.Property;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicePropertiesTest {
    private static final CgroupLimits NONE = CgroupLimits.none();

    private static String text(List<Property> properties) {
        return properties.stream()
                .map(p -> p.name() + "=" + text(p.value()))
                .collect(Collectors.joining(" "));
    }

    private static String text(DbusValue value) {
        return switch (value) {
            case DbusValue.UInt64(long v) -> Long.toUnsignedString(v);
            case DbusValue.UInt8(int v) -> Integer.toHexString(v);
            case DbusValue.Array(String _, List<DbusValue> elements) ->
                    elements.stream().map(SlicePropertiesTest::text).toList().toString();
            default -> value.toString();
        };
    }

    @Test
    void limitsBecomePropertiesOfV2() {
        CgroupLimits limits =
                NONE.withCpuShares(1024)
                        .withCpuQuota(50_000, 100_000)
                        .withMemoryLimit(4096)
                        .withPidsMax(10)
                        .withCpuset("0-2,9");
        assertThat(text(SliceProperties.ofLimits(limits, 2, 252)))
                .isEqualTo(
                        "MemoryMax=4096 CPUWeight=39 CPUQuotaPeriodUSec=100000"
                                + " CPUQuotaPerSecUSec=500000 TasksMax=10 AllowedCPUs=[7, 2]");
    }

    @Test
    void limitsBecomePropertiesOfV1() {
        CgroupLimits limits =
                NONE.withCpuShares(1024).withCpuQuota(-1, 100_000).withMemoryLimit(-1);
        assertThat(text(SliceProperties.ofLimits(limits, 1, 239)))
                .isEqualTo(
                        "MemoryLimit=18446744073709551615 CPUShares=1024"
                                + " CPUQuotaPerSecUSec=18446744073709551615");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    memory.min,      0,     252, MemoryMin=0
                    memory.low,      4096,  252, MemoryLow=4096
                    memory.high,     max,   252, MemoryHigh=18446744073709551615
                    memory.swap.max, 0,     252, MemorySwapMax=0
                    cpu.weight,      7,     252, CPUWeight=7
                    pids.max,        max,   252, TasksMax=18446744073709551615
                    cpu.idle,        1,     252, CPUWeight=0
                    cpu.idle,        1,     251, ''
                    memory.oom.group, 1,    252, ''
                    """)
    void unifiedFilesBecomePropertiesWhereSystemdHasThem(
            String file, String value, int version, String expected) {
        CgroupLimits limits = NONE.withUnified(file, value);
        assertThat(text(SliceProperties.ofLimits(limits, 2, version))).isEqualTo(expected);
        assertThat(SliceProperties.ofLimits(limits, 1, version)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    50000,  100000, 50000
                    50500,  100000, 51000
                    12345,  100000, 13000
                    1000,   100000, 1000
                    1,      100000, 1000
                    5000,   10000,  5000
                    -1,     100000, -1
                    """)
    void quotasAreRoundedUpToWholePercents(long quota, long period, long rounded) {
        assertThat(SliceProperties.rounded(NONE.withCpuQuota(quota, period)))
                .isEqualTo(NONE.withCpuQuota(rounded, period));
    }

    @Test
    void aNewSliceIsAccountedAndWantsItsParent() {
        List<Property> properties =
                SliceProperties.ofNewSlice("kubepods-burstable.slice", "kubepods.slice", 2);
        assertThat(properties)
                .contains(
                        new Property("MemoryAccounting", new DbusValue.Bool(true)),
                        new Property("IOAccounting", new DbusValue.Bool(true)),
                        new Property("DefaultDependencies", new DbusValue.Bool(false)),
                        new Property(
                                "Wants",
                                new DbusValue.Array(
                                        "s", List.of(new DbusValue.Text("kubepods.slice")))));
        assertThat(SliceProperties.ofNewSlice("a.slice", "-.slice", 1))
                .contains(new Property("BlockIOAccounting", new DbusValue.Bool(true)));
    }
}
