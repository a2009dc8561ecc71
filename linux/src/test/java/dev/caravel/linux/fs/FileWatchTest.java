package dev.caravel.linux.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.sys.Inotify.Kind;
import dev.caravel.linux.sys.SystemCallException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    @TempDir Path folder;
    private FileWatch watch;
    private final BlockingQueue<FileWatch.Change> changes = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws SystemCallException {
        watch = new FileWatch(Thread.ofPlatform().daemon().name("watch/files").factory());
    }

    @AfterEach
    void stop() {
        watch.close();
    }

    private FileWatch.Change next() throws InterruptedException {
        FileWatch.Change change = changes.poll(10, TimeUnit.SECONDS);
        assertThat(change).isNotNull();
        return change;
    }

    @Test
    void tellsAboutNewFilesInAFolder() throws Exception {
        watch.watch(folder, EnumSet.of(Kind.MOVED_TO, Kind.CLOSE_WRITE), changes::add);
        AtomicFiles.write(folder.resolve("pod.yaml"), new byte[3], AtomicFiles.PUBLIC);
        FileWatch.Change temporary = next();
        assertThat(temporary.kinds()).containsExactly(Kind.CLOSE_WRITE);
        FileWatch.Change moved = next();
        assertThat(moved.path()).isEqualTo(folder);
        assertThat(moved.name()).hasValue("pod.yaml");
        assertThat(moved.kinds()).containsExactly(Kind.MOVED_TO);
    }

    @Test
    void aLockFileThatSomebodyOpensIsNoticed() throws Exception {
        Path lock = Files.createFile(folder.resolve("lock"));
        watch.watch(lock, EnumSet.of(Kind.OPEN, Kind.DELETE_SELF), changes::add);
        Files.readAllBytes(lock);
        FileWatch.Change change = next();
        assertThat(change.kinds()).containsExactly(Kind.OPEN);
        assertThat(change.name()).isEmpty();
    }

    @Test
    void theEndOfAWatchedFolderIsTheLastChange() throws Exception {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        watch.watch(sub, EnumSet.of(Kind.DELETE_SELF), changes::add);
        Files.delete(sub);
        assertThat(next().kinds()).containsExactly(Kind.DELETE_SELF);
        assertThat(next().kinds()).containsExactly(Kind.IGNORED);
    }

    @Test
    void twoListenersOfOneFolderEachHearWhatTheyAskedFor() throws Exception {
        BlockingQueue<FileWatch.Change> deletions = new LinkedBlockingQueue<>();
        watch.watch(folder, EnumSet.of(Kind.DELETE), deletions::add);
        FileWatch.Registration creations =
                watch.watch(folder, EnumSet.of(Kind.CREATE), changes::add);
        Path file = Files.createFile(folder.resolve("f"));
        assertThat(next().kinds()).containsExactly(Kind.CREATE);
        creations.close();
        Files.delete(file);
        FileWatch.Change deleted = deletions.poll(10, TimeUnit.SECONDS);
        assertThat(deleted).isNotNull();
        assertThat(deleted.kinds()).containsExactly(Kind.DELETE);
        assertThat(changes).isEmpty();
    }

    @Test
    void aListenerThatFailsDoesNotStopTheOthers() throws Exception {
        watch.watch(
                folder,
                EnumSet.of(Kind.CREATE),
                _ -> {
                    throw new IllegalStateException("listener of a test, meant to fail");
                });
        watch.watch(folder, EnumSet.of(Kind.CREATE), changes::add);
        Files.createFile(folder.resolve("f"));
        assertThat(next().name()).hasValue("f");
    }

    @Test
    void nothingAtThePathIsAnError() {
        assertThatThrownBy(() ->
                        watch.watch(
                                folder.resolve("missing"), EnumSet.of(Kind.CREATE), changes::add))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("ENOENT");
    }
}
