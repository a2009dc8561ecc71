package dev.caravel.linux.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir Path folder;

    @Test
    void writesReplacesAndSetsPermissions() throws IOException {
        Path file = folder.resolve("state");
        AtomicFiles.write(file, "old".getBytes(UTF_8), AtomicFiles.OWNER_ONLY);
        AtomicFiles.write(file, "new".getBytes(UTF_8), AtomicFiles.PUBLIC);
        assertThat(file).hasContent("new");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(AtomicFiles.PUBLIC);
        assertThat(folder).isDirectoryContaining(file::equals);
        try (var entries = Files.list(folder)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void aFailedWriteKeepsTheOldStateAndLeavesNoTemporaryFile() throws IOException {
        Path file = Files.createDirectory(folder.resolve("state"));
        Files.createFile(file.resolve("in the way"));
        assertThatThrownBy(() -> AtomicFiles.write(file, new byte[1], AtomicFiles.PUBLIC))
                .isInstanceOf(IOException.class);
        try (var entries = Files.list(folder)) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void aReaderSeesOldOrNewNeverHalf() throws Exception {
        Path file = folder.resolve("state");
        byte[] a = "a".repeat(100_000).getBytes(UTF_8);
        byte[] b = "b".repeat(100_000).getBytes(UTF_8);
        AtomicFiles.write(file, a, AtomicFiles.PUBLIC);
        AtomicBoolean done = new AtomicBoolean();
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                for (int i = 0; i < 20; i++) {
                                    byte[] next = i % 2 == 0 ? b : a;
                                    AtomicFiles.write(file, next, AtomicFiles.PUBLIC);
                                }
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            } finally {
                                done.set(true);
                            }
                        });
        int reads = 0;
        while (!done.get() || reads == 0) {
            byte[] seen = Files.readAllBytes(file);
            assertThat(seen.length).isEqualTo(a.length);
            assertThat(seen[0]).isEqualTo(seen[seen.length - 1]);
            reads++;
        }
        writer.join();
    }

    @Test
    void leftoversOfACrashAreRemovedAndNothingElse() throws IOException {
        Path kept = Files.createFile(folder.resolve("state"));
        Files.createFile(folder.resolve(".tmp-caravel-1a2b"));
        assertThat(AtomicFiles.removeLeftovers(folder)).isEqualTo(1);
        assertThat(AtomicFiles.removeLeftovers(folder.resolve("missing"))).isZero();
        assertThat(kept).exists();
    }

    @Test
    void deleteTellsWhetherThereWasSomething() throws IOException {
        Path file = Files.createFile(folder.resolve("state"));
        assertThat(AtomicFiles.delete(file)).isTrue();
        assertThat(AtomicFiles.delete(file)).isFalse();
    }
}
