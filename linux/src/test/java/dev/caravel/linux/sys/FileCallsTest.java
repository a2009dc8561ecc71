package dev.caravel.linux.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCallsTest {
    private static final Set<OpenFlag> FOLDER = EnumSet.of(OpenFlag.DIRECTORY);
    private final FileCalls files = Kernel.files();
    @TempDir Path folder;

    @Test
    void statusAgreesWithJava() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "twelve bytes");
        Files.createLink(folder.resolve("second"), file);
        FileStatus status = files.status(file);
        assertThat(status.type()).isEqualTo(FileType.REGULAR);
        assertThat(status.size()).isEqualTo(12);
        assertThat(status.links()).isEqualTo(2);
        assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(status.uid()).isEqualTo((int) Files.getAttribute(file, "unix:uid"));
        assertThat(status.permissions())
                .isEqualTo((int) Files.getAttribute(file, "unix:mode") & 07777);
        assertThat(status.sameFile(files.status(folder.resolve("second")))).isTrue();
        assertThat(status.sameFile(files.status(folder))).isFalse();
        assertThat(status.sameMount(files.status(folder))).isTrue();
        assertThat(status.sameFileSystem(files.status(Path.of("/proc")))).isFalse();
    }

    @Test
    void statusDoesNotFollowALinkInTheLastComponent() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("l"), Path.of("nowhere"));
        assertThat(files.status(link).type()).isEqualTo(FileType.SYMLINK);
    }

    @Test
    void mountRootsAreKnown() throws IOException {
        assertThat(files.status(Path.of("/proc")).mountRoot()).isTrue();
        assertThat(files.status(Path.of("/proc/sys")).mountRoot()).isFalse();
    }

    @Test
    void failuresNameCallAndPath() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> files.open(missing, Set.of(), 0))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> {
                            assertThat(e.call()).isEqualTo("openat");
                            assertThat(e.object()).isEqualTo(missing.toString());
                            assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                        });
    }

    @Test
    void listsEveryNameOnceOverSeveralBatches() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String name = "a-rather-long-name-" + i;
            Files.createFile(folder.resolve(name));
            names.add(name);
        }
        List<String> seen = new ArrayList<>();
        int batches = 0;
        try (Descriptor open = files.open(folder, FOLDER, 0)) {
            List<DirectoryEntry> batch = files.list(open);
            while (!batch.isEmpty()) {
                batches++;
                batch.forEach(entry -> seen.add(entry.toString()));
                batch = files.list(open);
            }
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(names);
        assertThat(batches).isGreaterThan(1);
    }

    @Test
    void seekGoesOnBehindAnEntry() throws IOException {
        for (int i = 0; i < 10; i++) {
            Files.createFile(folder.resolve("f" + i));
        }
        try (Descriptor open = files.open(folder, FOLDER, 0)) {
            List<DirectoryEntry> all = files.list(open);
            files.seek(open, all.get(3).next());
            assertThat(files.list(open).stream().map(DirectoryEntry::toString))
                    .containsExactlyElementsOf(
                            all.subList(4, 10).stream().map(DirectoryEntry::toString).toList());
        }
    }

    @Test
    void pathsBelowARootCannotLeaveIt() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(folder.resolve("secret"), "s");
        Files.createDirectory(root.resolve("d"));
        Files.writeString(root.resolve("d/inside"), "i");
        Files.createSymbolicLink(root.resolve("in"), Path.of("d/inside"));
        Files.createSymbolicLink(root.resolve("out"), Path.of("../secret"));
        Files.createSymbolicLink(root.resolve("absolute"), folder.resolve("secret"));
        Set<Resolve> beneath = EnumSet.of(Resolve.BENEATH);
        try (Descriptor top = files.open(root, FOLDER, 0)) {
            try (Descriptor inside = files.openBelow(top, "in", Set.of(), 0, beneath)) {
                assertThat(files.status(inside).type()).isEqualTo(FileType.REGULAR);
            }
            for (String path : List.of("out", "absolute", "../secret", "/etc/passwd", "d/../..")) {
                assertThatThrownBy(() -> files.openBelow(top, path, Set.of(), 0, beneath))
                        .as(path)
                        .isInstanceOfSatisfying(
                                SystemCallException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
            }
            Set<Resolve> plain = EnumSet.of(Resolve.BENEATH, Resolve.NO_SYMLINKS);
            assertThatThrownBy(() -> files.openBelow(top, "in", Set.of(), 0, plain))
                    .isInstanceOfSatisfying(
                            SystemCallException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
        }
    }

    @Test
    void createsBelowARoot() throws IOException {
        Set<OpenFlag> create = EnumSet.of(OpenFlag.CREATE, OpenFlag.EXCLUSIVE, OpenFlag.WRITE_ONLY);
        try (Descriptor top = files.open(folder, FOLDER, 0)) {
            files.makeFolder(top, "made", 0750);
            files.openBelow(top, "made/f", create, 0640, EnumSet.of(Resolve.BENEATH)).close();
        }
        assertThat(files.status(folder.resolve("made")).permissions()).isEqualTo(0750);
        assertThat(files.status(folder.resolve("made/f")).permissions()).isEqualTo(0640);
    }

    @Test
    void aReferenceIsReadThroughItsProcPathEvenAfterARename() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "content");
        try (Descriptor reference = files.open(file, EnumSet.of(OpenFlag.PATH), 0)) {
            Files.move(file, folder.resolve("g"));
            try (Descriptor open = files.open(reference.procPath(), Set.of(), 0)) {
                byte[] buffer = new byte[100];
                int length = files.read(open, buffer, 3);
                assertThat(new String(buffer, 0, length, UTF_8)).isEqualTo("tent");
            }
        }
    }

    @Test
    void modeIsChangedThroughAReferenceRegardlessOfTheUmask() throws IOException {
        Path file = Files.createFile(folder.resolve("f"));
        try (Descriptor open = files.open(file, EnumSet.of(OpenFlag.PATH), 0)) {
            files.changeMode(open, 02777);
        }
        assertThat(files.status(file).permissions()).isEqualTo(02777);
    }

    @Test
    @RootOnly
    void ownerOfALinkChangesWithoutItsTarget() throws IOException {
        Path file = Files.createFile(folder.resolve("f"));
        Path link = Files.createSymbolicLink(folder.resolve("l"), Path.of("f"));
        try (Descriptor top = files.open(folder, FOLDER, 0)) {
            files.changeOwner(top, DirectoryEntry.named("l"), 1234, 2345);
        }
        assertThat(files.status(link)).extracting(FileStatus::uid).isEqualTo(1234L);
        assertThat(files.status(link)).extracting(FileStatus::gid).isEqualTo(2345L);
        assertThat(files.status(file).uid()).isNotEqualTo(1234);
        try (Descriptor open = files.open(file, EnumSet.of(OpenFlag.PATH), 0)) {
            files.changeOwner(open, 4_294_900_000L, 77);
            files.changeOwner(open, -1, -1);
        }
        assertThat(files.status(file).uid()).isEqualTo(4_294_900_000L);
        assertThat(files.status(file).gid()).isEqualTo(77);
    }

    @Test
    @RootOnly
    void deviceNumbersSurviveTheirEncoding() throws IOException {
        Path node = folder.resolve("node");
        files.makeNode(node, FileType.CHARACTER_DEVICE, 0600, 259, 70000);
        FileStatus status = files.status(node);
        assertThat(status.type()).isEqualTo(FileType.CHARACTER_DEVICE);
        assertThat(status.nodeMajor()).isEqualTo(259);
        assertThat(status.nodeMinor()).isEqualTo(70000);
    }

    @Test
    void onlyOneHoldsALock() throws IOException {
        Path file = Files.createFile(folder.resolve("lock"));
        try (Descriptor second = files.open(file, Set.of(), 0)) {
            try (Descriptor first = files.open(file, Set.of(), 0)) {
                assertThat(files.tryLock(first)).isTrue();
                assertThat(files.tryLock(second)).isFalse();
            }
            assertThat(files.tryLock(second)).isTrue();
        }
    }

    @Test
    void capacityAgreesWithJava() throws IOException {
        FileSystemStatus status = files.fileSystem(folder);
        assertThat(status.capacityBytes()).isEqualTo(Files.getFileStore(folder).getTotalSpace());
        assertThat(status.availableBytes()).isBetween(0L, status.freeBytes());
        assertThat(status.inodesFree()).isBetween(1L, status.inodes());
    }

    @Test
    void aNameWithANulIsRefused() throws IOException {
        try (Descriptor top = files.open(folder, FOLDER, 0)) {
            assertThatThrownBy(() -> files.makeFolder(top, "a\0b", 0700))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aClosedDescriptorIsNotUsedAgain() throws IOException {
        Descriptor open = files.open(folder, FOLDER, 0);
        open.close();
        open.close();
        assertThatThrownBy(() -> files.status(open)).isInstanceOf(IllegalStateException.class);
    }
}
