package dev.caravel.kubelet.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** So long that in these tests only a watch or the pace of a log can bring a look. */
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir Path podLogs;

    private final List<LogRotation.Running> running = new CopyOnWriteArrayList<>();
    private final List<String> reopened = new CopyOnWriteArrayList<>();

    private LogRotation start(long maxSize) {
        return new LogRotation(
                new LogRotation.Settings(podLogs, maxSize, 3, 2, NEVER),
                new SafeFiles(Kernel.files()),
                () -> running,
                this::reopen,
                Ticks.system());
    }

    private void reopen(String id) {
        running.stream()
                .filter(c -> c.id().equals(id))
                .forEach(c -> {
                    try {
                        Files.createFile(c.log());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        reopened.add(id);
    }

    private Path log(String id) throws IOException {
        Path log = podLogs.resolve("shop_web_uid/" + id + "/0.log");
        Files.createDirectories(log.getParent());
        Files.createFile(log);
        running.add(new LogRotation.Running(id, log));
        return log;
    }

    private static void write(Path log, int bytes) throws IOException {
        try (OutputStream out = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
            out.write(new byte[bytes]);
        }
    }

    @Test
    void aLogThatRestedIsRotatedWhenItIsWrittenToWithoutWaitingForTheNextScan() throws Exception {
        Path log = log("c1");
        log("c2");
        try (LogRotation _ = start(1000)) {
            for (int round = 1; round <= 3; round++) {
                write(log, 600);
                write(log, 600);
                int rounds = round;
                await().atMost(PATIENCE).until(() -> reopened.size() >= rounds);
                assertThat(Files.size(log)).isZero();
            }
            assertThat(reopened).containsOnly("c1");
            await().atMost(PATIENCE)
                    .until(() -> {
                        try (var files = Files.list(log.getParent())) {
                            return files.anyMatch(f -> f.toString().endsWith(".gz"));
                        }
                    });
        }
    }

    @Test
    void aContainerThatStartsLaterIsLookedAfterAsSoonAsThatIsTold() throws Exception {
        try (LogRotation rotation = start(1000)) {
            Path log = log("c1");
            rotation.started();
            write(log, 2000);
            await().atMost(PATIENCE).until(() -> reopened.contains("c1"));
        }
    }

    @Test
    void aLogThatSomebodyRemovedIsOpenedAnew() throws Exception {
        Path log = log("c1");
        Files.delete(log);
        try (LogRotation _ = start(1000)) {
            await().atMost(PATIENCE).until(() -> reopened.contains("c1"));
        }
        assertThat(log).exists();
    }

    @Test
    void aLogThatCannotBeRotatedHarmsNoOther() throws Exception {
        running.add(new LogRotation.Running("bad", Path.of("/elsewhere/0.log")));
        Path log = log("c1");
        write(log, 5000);
        try (LogRotation _ = start(1000)) {
            await().atMost(PATIENCE).until(() -> reopened.contains("c1"));
        }
        assertThat(reopened).containsOnly("c1");
    }
}
