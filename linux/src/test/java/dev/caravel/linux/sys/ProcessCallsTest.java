package dev.caravel.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessCallsTest {
    private final ProcessCalls processes = Kernel.processes();

    @Test
    void killsAndThenKnowsTheProcessIsGone() throws Exception {
        Process child = new ProcessBuilder("sleep", "100").start();
        int pid = (int) child.pid();
        try (Descriptor reference = processes.openProcess(pid).orElseThrow()) {
            assertThat(processes.kill(pid, ProcessCalls.SIGTERM)).isTrue();
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isEqualTo(128 + ProcessCalls.SIGTERM);
            assertThat(processes.kill(pid, ProcessCalls.SIGTERM)).isFalse();
            assertThat(processes.kill(reference, ProcessCalls.SIGKILL)).isFalse();
            assertThat(processes.openProcess(pid)).isEmpty();
        }
    }

    @Test
    void killsByReference() throws Exception {
        Process child = new ProcessBuilder("sleep", "100").start();
        try (Descriptor reference = processes.openProcess((int) child.pid()).orElseThrow()) {
            assertThat(processes.kill(reference, ProcessCalls.SIGKILL)).isTrue();
        }
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(128 + ProcessCalls.SIGKILL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1, -77})
    void neverSignalsInitOrWholeGroups(int pid) {
        assertThatThrownBy(() -> processes.kill(pid, ProcessCalls.SIGKILL))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLimitThatIsSetIsReadBack() throws Exception {
        ProcessCalls.Limit before = processes.limit(ProcessCalls.Resource.CORE);
        ProcessCalls.Limit wanted = new ProcessCalls.Limit(0, before.hard());
        Optional<SystemCallException> refused =
                processes.setLimit(ProcessCalls.Resource.CORE, wanted);
        assertThat(refused).isEmpty();
        assertThat(processes.limit(ProcessCalls.Resource.CORE)).isEqualTo(wanted);
        assertThat(processes.setLimit(ProcessCalls.Resource.CORE, before)).isEmpty();
    }

    @Test
    void aRefusedLimitComesBackAsAValue() {
        ProcessCalls.Limit upsideDown = new ProcessCalls.Limit(20, 10);
        assertThat(processes.setLimit(ProcessCalls.Resource.CORE, upsideDown))
                .hasValueSatisfying(e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EINVAL);
                    assertThat(e).hasMessageContaining("CORE to soft 20, hard 10");
                });
    }
}
