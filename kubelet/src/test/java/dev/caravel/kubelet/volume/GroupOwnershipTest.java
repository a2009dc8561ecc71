package dev.caravel.kubelet.volume;

import static dev.caravel.kubelet.volume.VolumeBed.gid;
import static dev.caravel.kubelet.volume.VolumeBed.mode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RootOnly
final class GroupOwnershipTest {
    private static final long GROUP = 4321;

    private final GroupOwnership ownership =
            new GroupOwnership(new DirectoryTree(Kernel.files()), Kernel.files());
    @TempDir Path temporary;
    private Path volume = Path.of("/");
    private Path host = Path.of("/");

    @BeforeEach
    void fill() throws IOException {
        host = Files.writeString(temporary.resolve("host"), "host");
        Folders.setMode(host, 0600);
        volume = Files.createDirectory(temporary.resolve("volume"));
        Folders.setMode(volume, 0755);
        Files.createDirectory(volume.resolve("dir"));
        Folders.setMode(volume.resolve("dir"), 0700);
        Files.writeString(volume.resolve("dir/file"), "x");
        Folders.setMode(volume.resolve("dir/file"), 0644);
        Files.createSymbolicLink(volume.resolve("link"), host);
    }

    private void apply(boolean readOnly, boolean onlyOnRootMismatch) throws IOException {
        ownership.apply(
                volume, GROUP, readOnly, onlyOnRootMismatch, GroupOwnership.Progress.none());
    }

    @Test
    void theGroupMayReadWriteAndEnterAndNewFilesFollow() throws Exception {
        apply(false, false);
        assertThat(mode(volume)).isEqualTo(02775);
        assertThat(mode(volume.resolve("dir"))).isEqualTo(02770);
        assertThat(mode(volume.resolve("dir/file"))).isEqualTo(0664);
        assertThat(gid(volume.resolve("dir/file"))).isEqualTo((int) GROUP);
        Files.writeString(volume.resolve("dir/new"), "x");
        assertThat(gid(volume.resolve("dir/new"))).isEqualTo((int) GROUP);
    }

    @Test
    void readOnlyTheGroupGetsNoWritePermission() throws Exception {
        apply(true, false);
        assertThat(mode(volume.resolve("dir"))).isEqualTo(02750);
        assertThat(mode(volume.resolve("dir/file"))).isEqualTo(0644);
    }

    @Test
    void aLinkChangesHandsButNotWhatItLeadsTo() throws Exception {
        apply(false, false);
        assertThat(gid(volume.resolve("link"))).isEqualTo((int) GROUP);
        assertThat(gid(host)).isZero();
        assertThat(mode(host)).isEqualTo(0600);
    }

    @ParameterizedTest(name = "root {0} of group {1}: changed {2}")
    @CsvSource(
            textBlock =
                    """
                    2770, 4321, false
                    2775, 4321, false
                    2777, 4321, false
                    2770, 99,   true
                    0770, 4321, true
                    2750, 4321, true
                    2760, 4321, true
                    """)
    void onRootMismatchTheRootDecidesForAll(String rootMode, int group, boolean changed)
            throws Exception {
        Files.setAttribute(volume, "unix:gid", group);
        Folders.setMode(volume, Integer.parseInt(rootMode, 8));
        apply(false, true);
        assertThat(gid(volume.resolve("dir/file")) == GROUP).isEqualTo(changed);
    }

    @Test
    void progressIsToldAndAnInterruptEndsIt() throws Exception {
        AtomicLong files = new AtomicLong();
        ownership.apply(volume, GROUP, false, false, files::set);
        assertThat(files).hasValue(4);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> apply(false, false)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("taken by the exception").isFalse();
    }
}
