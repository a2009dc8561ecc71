package dev.caravel.kubelet.evict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.sys.Kernel;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignalReaderTest {
    @Test
    void memoryLeavesOutUnusedCacheAndHugePages() {
        Optional<Observation> memory =
                SignalReader.memory(
                        """
                        MemTotal:       10000 kB
                        MemFree:         1000 kB
                        Buffers:          100 kB
                        Cached:          4000 kB
                        SwapCached:         0 kB
                        Inactive(file):  3000 kB
                        AnonPages:       2000 kB
                        Hugetlb:         2048 kB
                        """);
        long workingSet = 2000 + (4100 - 3000);
        assertThat(memory)
                .contains(
                        new Observation((10000 - 2048 - workingSet) * 1024, (10000 - 2048) * 1024));
        assertThat(SignalReader.memory("MemTotal: 1 kB\n")).isEmpty();
    }

    @Test
    void processesAreCountedAgainstTheSmallerLimit() {
        assertThat(SignalReader.processes("0.1 0.2 0.3 2/500 12345\n", "32768\n", "127000\n"))
                .contains(new Observation(32268, 32768));
        assertThat(SignalReader.processes("garbage", "1", "1")).isEmpty();
    }

    @Test
    void thisMachineShowsEverySignalThatNeedsNoPods() {
        FakeRuntime runtime = new FakeRuntime(Clock.systemUTC());
        SignalReader reader =
                new SignalReader(
                        Path.of("/proc"),
                        Path.of("/"),
                        Kernel.files(),
                        runtime,
                        withoutGroups(),
                        "/kubepods");
        Map<Signal, Observation> observed = reader.measure();
        assertThat(observed).containsKeys(Signal.MEMORY, Signal.PID, Signal.NODE_FS);
        assertThat(observed).doesNotContainKey(Signal.ALLOCATABLE_MEMORY);
        observed.forEach((signal, o) -> {
            assertThat(o.capacity()).as(signal.text()).isPositive();
            assertThat(o.available()).as(signal.text()).isBetween(0L, o.capacity());
        });
    }

    /** Cgroups of a machine that has none of ours. */
    private static Cgroups withoutGroups() {
        return (Cgroups)
                Proxy.newProxyInstance(
                        SignalReaderTest.class.getClassLoader(),
                        new Class<?>[] {Cgroups.class},
                        (proxy, method, args) -> {
                            if (method.getName().equals("stats")) {
                                return Optional.empty();
                            }
                            throw new UnsupportedOperationException(method.getName());
                        });
    }
}
