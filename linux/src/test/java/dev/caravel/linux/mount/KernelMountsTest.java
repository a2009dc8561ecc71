package dev.caravel.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.RootOnly;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.linux.sys.MountCalls;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RootOnly
class KernelMountsTest {
    private static final TmpfsOptions MEGABYTE =
            new TmpfsOptions(OptionalLong.of(1 << 20), 0777, false, Optional.empty());
    private final FileCalls files = Kernel.files();
    private final KernelMounts mounts = new KernelMounts(Kernel.mounts(), files, "6.4.0");
    @TempDir Path temporary;
    private Path folder;

    @BeforeEach
    void standOnAMountOfItsOwn() throws IOException {
        folder = temporary.toRealPath().resolve("own");
        Files.createDirectory(folder);
        mounts.tmpfs(folder, MEGABYTE);
        mounts.propagate(folder, Propagation.PRIVATE, false);
    }

    @AfterEach
    void unmountEverything() throws IOException {
        for (MountEntry entry : mounts.table().beneath(temporary.toRealPath())) {
            mounts.unmount(entry.mountPoint());
        }
    }

    private Path makeFolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    @Test
    void tmpfsHasSizeAndMode() throws IOException {
        Path target = makeFolder("t");
        mounts.tmpfs(
                target, new TmpfsOptions(OptionalLong.of(65536), 01777, false, Optional.empty()));
        assertThat(files.fileSystem(target).capacityBytes()).isEqualTo(65536);
        assertThat(files.status(target).permissions()).isEqualTo(01777);
        assertThat(mounts.isMountPoint(target)).isTrue();
        assertThat(mounts.table().at(target))
                .hasValueSatisfying(entry -> assertThat(entry.fsType()).isEqualTo("tmpfs"));
    }

    @Test
    void aSizeOfNothingIsNotUnlimited() throws IOException {
        Path target = makeFolder("t");
        mounts.tmpfs(target, new TmpfsOptions(OptionalLong.of(0), 0777, false, Optional.empty()));
        assertThat(files.fileSystem(target).capacityBytes()).isBetween(1L, 65536L);
    }

    @Test
    void noswapIsAcceptedWhereItIsSupported() throws IOException {
        String release = Files.readString(Path.of("/proc/sys/kernel/osrelease"));
        boolean supported = KernelMounts.noswapSupported(release.strip());
        Path target = makeFolder("t");
        TmpfsOptions options =
                new TmpfsOptions(OptionalLong.of(65536), 0777, true, Optional.empty());
        if (supported) {
            mounts.tmpfs(target, options);
            assertThat(mounts.table().at(target).orElseThrow().superOptions()).contains("noswap");
        } else {
            assertThatThrownBy(() -> mounts.tmpfs(target, options))
                    .isInstanceOf(SystemCallException.class);
        }
    }

    @Test
    void bindShowsTheSameFolderAndUnmountLosesNothing() throws IOException {
        Path source = makeFolder("source");
        Files.writeString(source.resolve("f"), "kept");
        Path target = makeFolder("target");
        mounts.bind(source, target, false, Set.of());
        assertThat(target.resolve("f")).hasContent("kept");
        Files.writeString(target.resolve("g"), "new");
        assertThat(mounts.unmount(target)).isTrue();
        assertThat(target).isEmptyDirectory();
        assertThat(source.resolve("g")).hasContent("new");
        assertThat(mounts.unmount(target)).isFalse();
    }

    @Test
    void aReadOnlyBindRefusesWritesAndSparesTheSource() throws IOException {
        Path source = makeFolder("source");
        Path target = makeFolder("target");
        mounts.bind(source, target, false, EnumSet.of(MountFlag.READ_ONLY));
        assertThatThrownBy(() -> Files.createFile(target.resolve("f")))
                .hasMessageContaining("Read-only");
        Files.createFile(source.resolve("f"));
        assertThat(mounts.table().at(target).orElseThrow().readOnly()).isTrue();
    }

    @Test
    void remountKeepsTheOptionsThatProtect() throws IOException {
        Path source = makeFolder("source");
        Path target = makeFolder("target");
        mounts.bind(source, target, false, EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV));
        mounts.remount(target, EnumSet.of(MountFlag.READ_ONLY));
        assertThat(mounts.table().at(target).orElseThrow().options())
                .contains("ro", "nosuid", "nodev");
        mounts.remount(target, Set.of());
        assertThat(mounts.table().at(target).orElseThrow().options())
                .contains("rw", "nosuid", "nodev");
    }

    @Test
    void aRecursiveBindTakesMountsBelowAlong() throws IOException {
        Path source = makeFolder("source");
        mounts.tmpfs(makeFolder("source/deep"), MEGABYTE);
        Files.createFile(source.resolve("deep/f"));
        Path plain = makeFolder("plain");
        Path whole = makeFolder("whole");
        mounts.bind(source, plain, false, Set.of());
        mounts.bind(source, whole, true, Set.of());
        assertThat(plain.resolve("deep")).isEmptyDirectory();
        assertThat(whole.resolve("deep/f")).exists();
        assertThat(mounts.table().beneath(whole))
                .extracting(MountEntry::mountPoint)
                .containsExactly(whole.resolve("deep"), whole);
    }

    @Test
    void aBusyMountStaysAndSaysSo() throws IOException {
        Path target = makeFolder("t");
        mounts.tmpfs(target, MEGABYTE);
        Path file = target.resolve("f");
        try (OutputStream open = Files.newOutputStream(file)) {
            open.write(1);
            assertThatThrownBy(() -> mounts.unmount(target))
                    .isInstanceOfSatisfying(
                            SystemCallException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
            assertThat(mounts.isMountPoint(target)).isTrue();
        }
        assertThat(file).hasSize(1);
        assertThat(mounts.unmount(target)).isTrue();
    }

    @Test
    void detachTakesABusyMountOutOfTheTree() throws IOException {
        Path target = makeFolder("t");
        mounts.tmpfs(target, MEGABYTE);
        try (OutputStream open = Files.newOutputStream(target.resolve("f"))) {
            assertThat(mounts.detach(target)).isTrue();
            assertThat(mounts.isMountPoint(target)).isFalse();
            open.write(1);
        }
    }

    @Test
    void mountPointsAreFoldersAndFilesWithSomethingMountedOnThem() throws IOException {
        Path source = Files.writeString(folder.resolve("f"), "f");
        Path target = Files.createFile(folder.resolve("g"));
        mounts.bind(source, target, false, Set.of());
        assertThat(mounts.isMountPoint(target)).isTrue();
        assertThat(mounts.isMountPoint(source)).isFalse();
        assertThat(mounts.isMountPoint(folder.resolve("missing"))).isFalse();
        assertThat(mounts.isMountPoint(source.resolve("below-a-file"))).isFalse();
    }

    @Test
    void aBindOfTheSameFileSystemIsAMountPointToo() throws IOException {
        Path source = makeFolder("source");
        Path target = makeFolder("target");
        mounts.bind(source, target, false, Set.of());
        assertThat(files.status(target).sameFileSystem(files.status(folder))).isTrue();
        assertThat(mounts.isMountPoint(target)).isTrue();
    }

    @Test
    void propagationIsSetAndSeen() throws IOException {
        Path target = makeFolder("t");
        mounts.tmpfs(target, MEGABYTE);
        mounts.propagate(target, Propagation.SHARED, true);
        assertThat(mounts.table().at(target).orElseThrow().shared()).isTrue();
        mounts.propagate(target, Propagation.PRIVATE, true);
        assertThat(mounts.table().at(target).orElseThrow().propagation()).isEmpty();
    }

    @Test
    void namesWithSpacesAndUnusualBytesAreFoundAgain() throws IOException {
        Path target = makeFolder("with space\tand\\slash#");
        mounts.tmpfs(target, MEGABYTE);
        assertThat(mounts.table().at(target)).isPresent();
    }

    @Test
    void aBindWhoseOptionsAreRefusedIsUndone() throws IOException {
        Path source = makeFolder("source");
        Path target = makeFolder("target");
        MountCalls refusingRemounts =
                new MountCalls() {
                    @Override
                    public void mount(String from, Path to, String type, long flags, String data)
                            throws SystemCallException {
                        if ((flags & REMOUNT) != 0) {
                            throw new SystemCallException("mount", to.toString(), Errno.EPERM);
                        }
                        Kernel.mounts().mount(from, to, type, flags, data);
                    }

                    @Override
                    public void unmount(Path at, boolean detach) throws SystemCallException {
                        Kernel.mounts().unmount(at, detach);
                    }
                };
        Mounts failing = new KernelMounts(refusingRemounts, files, "6.4.0");
        assertThatThrownBy(
                        () -> failing.bind(source, target, false, EnumSet.of(MountFlag.READ_ONLY)))
                .isInstanceOf(SystemCallException.class);
        assertThat(mounts.isMountPoint(target)).isFalse();
    }

    @Test
    void failuresNameEverythingThatWasTried() {
        assertThatThrownBy(() -> mounts.filesystem("nosuchfs", "src", folder, Set.of(), "option=1"))
                .hasMessage(
                        "mount nosuchfs src on "
                                + folder
                                + " (flags 0x0, option=1): ENODEV (No such device)");
    }

    @Test
    void theRootOfThisTestIsSeenAsTmpfs() throws IOException {
        assertThat(files.fileSystem(folder).type()).isEqualTo(0x01021994);
        assertThat(files.status(folder).type()).isEqualTo(FileType.DIRECTORY);
        assertThat(List.copyOf(mounts.table().entries())).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    6.4.0,                   true
                    6.3.13-200.fc38.x86_64,  false
                    6.18.44-fc,              true
                    5.14.0-427.el9.x86_64,   false
                    7.0-rc1,                 true
                    6,                       false
                    unknown,                 false
                    """)
    void noswapDependsOnTheRelease(String release, boolean supported) {
        assertThat(KernelMounts.noswapSupported(release)).isEqualTo(supported);
    }
}
