package dev.caravel.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineReaderTest {
    @TempDir private Path root;

    private void file(String name, String text) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void everythingIsReadFromTheKernelsFiles() throws IOException {
        file("proc/meminfo", "MemTotal:       16392608 kB\nMemFree: 1 kB\nSwapTotal:  2048 kB\n");
        file("sys/devices/system/cpu/online", "0-3,6\n");
        file("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "8\n");
        file("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
        file("etc/machine-id", "abc\n");
        file("sys/class/dmi/id/product_uuid", "U-U\n");
        file("proc/sys/kernel/random/boot_id", "b-1\n");
        file("proc/sys/kernel/osrelease", "6.1.0\n");
        file("etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
        file("proc/self/uid_map", "         0          0 4294967295\n");

        MachineFacts facts = new MachineReader(root).read();

        assertThat(facts.cpus()).isEqualTo(5);
        assertThat(facts.memoryBytes()).isEqualTo(16392608L * 1024);
        assertThat(facts.swapBytes()).isEqualTo(2048L * 1024);
        assertThat(facts.hugePages()).isEqualTo(Map.of(2L << 20, 16L << 20, 1L << 30, 0L));
        assertThat(facts.machineId()).isEqualTo("abc");
        assertThat(facts.systemUuid()).isEqualTo("U-U");
        assertThat(facts.bootId()).isEqualTo("b-1");
        assertThat(facts.kernelVersion()).isEqualTo("6.1.0");
        assertThat(facts.osImage()).isEqualTo("Debian GNU/Linux 12 (bookworm)");
        assertThat(facts.userNamespace()).isFalse();
    }

    @Test
    void identityIsBestEffortButMemoryIsNot() throws IOException {
        file("sys/devices/system/cpu/online", "0\n");
        assertThatThrownBy(() -> new MachineReader(root).read()).isInstanceOf(IOException.class);

        file("proc/meminfo", "MemTotal: 1 kB\nSwapTotal: 0 kB\n");
        file("proc/self/uid_map", "0 1000 1\n");
        file("etc/machine-id", "abc\n");
        MachineFacts facts = new MachineReader(root).read();
        assertThat(facts.systemUuid()).isEqualTo("abc");
        assertThat(facts.osImage()).isEqualTo("Unknown");
        assertThat(facts.hugePages()).isEmpty();
        assertThat(facts.userNamespace()).isTrue();
    }

    @Test
    void thisMachineCanBeRead() throws IOException {
        MachineFacts facts = new MachineReader(Path.of("/")).read();
        assertThat(facts.cpus()).isPositive();
        assertThat(facts.memoryBytes()).isGreaterThan(1L << 20);
        assertThat(facts.bootId()).isNotEmpty();
        assertThat(facts.kernelVersion()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"x86_64,amd64", "amd64,amd64", "aarch64,arm64", "s390x,s390x"})
    void architecturesCarryGosNames(String java, String go) {
        assertThat(MachineReader.architecture(java)).isEqualTo(go);
    }
}
