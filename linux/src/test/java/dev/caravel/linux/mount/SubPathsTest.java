package dev.caravel.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.RootOnly;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RootOnly
class SubPathsTest {
    private final FileCalls files = Kernel.files();
    private final Mounts mounts = new KernelMounts(Kernel.mounts(), files, "6.4.0");
    private final SubPaths subPaths = new SubPaths(mounts, files);
    @TempDir Path temporary;
    private Path folder;
    private Path volume;
    private Path target;

    @BeforeEach
    void prepare() throws IOException {
        folder = temporary.toRealPath().resolve("own");
        Files.createDirectory(folder);
        mounts.tmpfs(folder, new TmpfsOptions(OptionalLong.empty(), 0755, false, Optional.empty()));
        mounts.propagate(folder, Propagation.PRIVATE, false);
        volume = Files.createDirectory(folder.resolve("volume"));
        target = folder.resolve("volume-subpaths/v/container/0");
        Files.writeString(folder.resolve("secret"), "of the host");
    }

    @AfterEach
    void unmountEverything() throws IOException {
        for (MountEntry entry : mounts.table().beneath(temporary.toRealPath())) {
            mounts.unmount(entry.mountPoint());
        }
    }

    @Test
    void bindsAFolder() throws IOException {
        Files.createDirectories(volume.resolve("a/b"));
        Files.writeString(volume.resolve("a/b/f"), "x");
        subPaths.bind(volume, "a/b", target);
        assertThat(target.resolve("f")).hasContent("x");
        subPaths.unbind(target);
        assertThat(target).doesNotExist();
        assertThat(volume.resolve("a/b/f")).hasContent("x");
    }

    @Test
    void bindsAFileBehindTheLinksOfAConfigMapVolume() throws IOException {
        Files.createDirectory(volume.resolve("..2026"));
        Files.writeString(volume.resolve("..2026/key"), "value");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026"));
        Files.createSymbolicLink(volume.resolve("key"), Path.of("..data/key"));
        subPaths.bind(volume, "key", target);
        assertThat(target).isRegularFile().hasContent("value");
        subPaths.unbind(target);
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "../../secret", "/etc", "/proc/self/root"})
    void linksThatLeadOutAreRefused(String destination) throws IOException {
        Files.createSymbolicLink(volume.resolve("link"), Path.of(destination));
        for (String path : new String[] {"link", "link/x"}) {
            assertThatThrownBy(() -> subPaths.bind(volume, path, target))
                    .isInstanceOfSatisfying(
                            SystemCallException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
        }
        assertThat(target).doesNotExist();
        assertThatThrownBy(() -> subPaths.createFolders(volume, "link/made", 0755))
                .isInstanceOf(SystemCallException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/abs", "..", "a/../../b"})
    void pathsThatCannotBeMeantAreRefused(String path) {
        assertThatThrownBy(() -> subPaths.bind(volume, path, target))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> subPaths.createFolders(volume, path, 0755))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPathThatDoesNotExistLeavesNothingBehind() {
        assertThatThrownBy(() -> subPaths.bind(volume, "missing", target))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        assertThat(target).doesNotExist();
    }

    @Test
    void fifosAndDevicesAreBoundWithoutBeingOpened() throws IOException {
        files.makeNode(volume.resolve("fifo"), FileType.FIFO, 0600, 0, 0);
        subPaths.bind(volume, "fifo", target);
        assertThat(files.status(target).type()).isEqualTo(FileType.FIFO);
    }

    @Test
    void bindingAgainKeepsTheMount() throws IOException {
        Files.createDirectory(volume.resolve("a"));
        subPaths.bind(volume, "a", target);
        int id = mounts.table().at(target).orElseThrow().id();
        subPaths.bind(volume, "a", target);
        assertThat(mounts.table().at(target).orElseThrow().id()).isEqualTo(id);
        assertThat(mounts.table().beneath(target)).hasSize(1);
    }

    @Test
    void aReplacedSourceIsBoundAnew() throws IOException {
        Files.createDirectory(volume.resolve("a"));
        subPaths.bind(volume, "a", target);
        Files.move(volume.resolve("a"), volume.resolve("old"));
        Files.writeString(volume.resolve("a"), "now a file");
        subPaths.bind(volume, "a", target);
        assertThat(target).hasContent("now a file");
        assertThat(mounts.table().beneath(target)).hasSize(1);
    }

    @Test
    void mountsStackedByACrashAreAllTakenOff() throws IOException {
        Files.createDirectory(volume.resolve("a"));
        subPaths.bind(volume, "a", target);
        mounts.bind(volume.resolve("a"), target, false, java.util.Set.of());
        subPaths.unbind(target);
        assertThat(mounts.table().beneath(target)).isEmpty();
        assertThat(volume.resolve("a")).exists();
        subPaths.unbind(target);
    }

    @Test
    void missingFoldersGetTheModeRegardlessOfTheUmask() throws IOException {
        Files.createDirectory(volume.resolve("a"));
        Files.createSymbolicLink(volume.resolve("inside"), Path.of("a"));
        int before = files.status(volume.resolve("a")).permissions();
        subPaths.createFolders(volume, "inside/b/c", 02777);
        assertThat(files.status(volume.resolve("a")).permissions()).isEqualTo(before);
        assertThat(files.status(volume.resolve("a/b")).permissions()).isEqualTo(02777);
        assertThat(files.status(volume.resolve("a/b/c")).permissions()).isEqualTo(02777);
        subPaths.createFolders(volume, "inside/b/c", 0700);
        assertThat(files.status(volume.resolve("a/b/c")).permissions()).isEqualTo(02777);
    }
}
