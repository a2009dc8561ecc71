package dev.caravel.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.sys.Kernel;
import dev.caravel.linux.sys.ProcessCalls;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessExitTest {
    @Test
    void writesTheReasonLastAndEndsOnce() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        List<Integer> codes = new ArrayList<>();
        ProcessExit exit = new ProcessExit(err, () -> err.println("log flushed"), codes::add);

        exit.fatal("listen on :10250: address in use");
        exit.fatal("something later");
        exit.done();

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("log flushed\nError: listen on :10250: address in use\n");
        assertThat(codes).containsExactly(ProcessExit.FAILED);
    }

    @Test
    void endsInOrderOnTheFirstSignalAndAtOnceOnTheSecond() throws Exception {
        List<String> ended = new ArrayList<>();
        StopSignals signals = new StopSignals(() -> ended.add("now"));
        assertThat(signals.stopping()).isFalse();
        signals.received("SIGTERM");
        assertThat(signals.await()).isEqualTo("SIGTERM");
        assertThat(ended).isEmpty();
        signals.received("SIGINT");
        assertThat(ended).containsExactly("now");
        assertThat(signals.await()).isEqualTo("SIGTERM");
    }

    @Test
    void hearsARealSignal() throws Exception {
        StopSignals signals = StopSignals.install();
        String self = Long.toString(ProcessHandle.current().pid());
        assertThat(new ProcessBuilder("kill", "-TERM", self).start().waitFor()).isZero();
        assertThat(signals.await()).isEqualTo("SIGTERM");
    }

    @Test
    void setsItsLimitsAndOnlyLogsWhenItMayNot(@TempDir Path proc) throws Exception {
        Files.createDirectory(proc.resolve("self"));
        ProcessCalls kernel = Kernel.processes();
        ProcessCalls.Limit before = kernel.limit(ProcessCalls.Resource.NOFILE);
        SelfLimits self = new SelfLimits(proc, kernel);
        self.oomScoreAdj(-999);
        assertThat(proc.resolve("self/oom_score_adj")).hasContent("-999");
        new SelfLimits(proc.resolve("absent"), kernel).oomScoreAdj(-999);

        self.openFiles(before.soft());
        assertThat(kernel.limit(ProcessCalls.Resource.NOFILE).soft()).isEqualTo(before.soft());
        self.openFiles(Long.MAX_VALUE - 1); // beyond fs.nr_open, refused even to root
        assertThat(kernel.limit(ProcessCalls.Resource.NOFILE).soft())
                .isEqualTo(kernel.limit(ProcessCalls.Resource.NOFILE).hard());
    }
}
