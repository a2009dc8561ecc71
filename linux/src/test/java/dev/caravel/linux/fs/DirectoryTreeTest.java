package dev.caravel.linux.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.RootOnly;
import dev.caravel.linux.mount.KernelMounts;
import dev.caravel.linux.mount.MountEntry;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.mount.TmpfsOptions;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.DirectoryEntry;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileStatus;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.linux.sys.OpenFlag;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {
    private final FileCalls files = Kernel.files();
    private final DirectoryTree trees = new DirectoryTree(files);
    private final Mounts mounts = new KernelMounts(Kernel.mounts(), files, "6.4.0");
    @TempDir Path folder;

    @AfterEach
    void unmountEverything() throws IOException {
        for (MountEntry entry : mounts.table().beneath(folder.toRealPath())) {
            mounts.unmount(entry.mountPoint());
        }
    }

    @Test
    void removesATreeOfAllKindsButNotWhatLinksLeadTo() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createFile(outside.resolve("kept"));
        Path tree = Files.createDirectories(folder.resolve("tree/a/b/c"));
        Files.createFile(tree.resolve("f"));
        Files.createSymbolicLink(tree.resolve("folder"), outside);
        Files.createSymbolicLink(folder.resolve("tree/file"), outside.resolve("kept"));
        Files.createSymbolicLink(folder.resolve("tree/dead"), Path.of("nowhere"));
        trees.delete(folder.resolve("tree"));
        assertThat(folder.resolve("tree")).doesNotExist();
        assertThat(outside.resolve("kept")).exists();
    }

    @Test
    void aLinkIsRemovedItself() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), outside);
        trees.delete(link);
        assertThat(Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(outside).exists();
    }

    @Test
    void whatIsGoneAlreadyIsNoError() throws IOException {
        trees.delete(folder.resolve("missing"));
        trees.delete(folder.resolve("missing/deeper"));
    }

    @Test
    void removesATreeDeeperThanAnyPath() throws IOException {
        Path top = Files.createDirectory(folder.resolve("deep"));
        int depth = 3000;
        Descriptor current = files.open(top, EnumSet.of(OpenFlag.DIRECTORY), 0);
        for (int i = 0; i < depth; i++) {
            files.makeFolder(current, "folder", 0700);
            Descriptor next =
                    files.openEntry(
                            current,
                            DirectoryEntry.named("folder"),
                            EnumSet.of(OpenFlag.DIRECTORY));
            current.close();
            current = next;
        }
        current.close();
        assertThat(trees.usage(top, Long.MAX_VALUE).inodes()).isEqualTo(depth + 1);
        trees.delete(top);
        assertThat(top).doesNotExist();
    }

    @Test
    void removesAFolderWithMoreSubfoldersThanAreRemembered() throws IOException {
        Path top = Files.createDirectory(folder.resolve("wide"));
        for (int i = 0; i < 500; i++) {
            Files.createFile(Files.createDirectory(top.resolve("d" + i)).resolve("f"));
            Files.createFile(top.resolve("f" + i));
        }
        DirectoryTree.Usage usage = trees.usage(top, Long.MAX_VALUE);
        assertThat(usage.inodes()).isEqualTo(1501);
        assertThat(usage.complete()).isTrue();
        trees.delete(top);
        assertThat(top).doesNotExist();
    }

    @Test
    void removesNamesThatAreNoText() throws Exception {
        Path top = Files.createDirectory(folder.resolve("odd"));
        Process made =
                new ProcessBuilder(
                                "sh", "-c", "mkdir \"$1/$(printf '\\377\\001')\"", "sh", "" + top)
                        .inheritIO()
                        .start();
        assertThat(made.waitFor()).isZero();
        trees.delete(top);
        assertThat(top).doesNotExist();
    }

    @Test
    @RootOnly
    void neverCrossesAMountAndSparesWhatIsOnIt() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Path mounted = Files.createDirectory(tree.resolve("volume"));
        mounts.tmpfs(
                mounted, new TmpfsOptions(OptionalLong.empty(), 0755, false, Optional.empty()));
        Files.writeString(mounted.resolve("data"), "precious");
        assertThatThrownBy(() -> trees.delete(tree))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("volume: something is mounted there");
        assertThatThrownBy(() -> trees.delete(mounted)).isInstanceOf(IOException.class);
        assertThat(mounted.resolve("data")).hasContent("precious");
        mounts.unmount(mounted);
        trees.delete(tree);
        assertThat(tree).doesNotExist();
    }

    @Test
    @RootOnly
    void neverCrossesABindMountOfTheSameFileSystem() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("data"), "precious");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Path mounted = Files.createDirectory(tree.resolve("volume"));
        Path file = Files.createFile(tree.resolve("file"));
        mounts.bind(source, mounted, false, Set.of());
        mounts.bind(source.resolve("data"), file, false, Set.of());
        assertThatThrownBy(() -> trees.delete(tree)).isInstanceOf(IOException.class);
        assertThat(source.resolve("data")).hasContent("precious");
        mounts.unmount(mounted);
        assertThatThrownBy(() -> trees.delete(tree))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
        assertThat(source.resolve("data")).hasContent("precious");
    }

    @Test
    void usageAgreesWithDu() throws Exception {
        Path tree = Files.createDirectories(folder.resolve("tree/a"));
        Files.write(tree.resolve("big"), new byte[300_000]);
        Files.write(tree.resolve("small"), "x".getBytes(UTF_8));
        Files.createLink(folder.resolve("tree/again"), tree.resolve("big"));
        Files.createSymbolicLink(folder.resolve("tree/out"), Path.of("/usr"));
        Process du = new ProcessBuilder("du", "-s", "-B1", "" + folder.resolve("tree")).start();
        String line = new String(du.getInputStream().readAllBytes(), UTF_8);
        long expected = Long.parseLong(line.substring(0, line.indexOf('\t')));
        DirectoryTree.Usage usage = trees.usage(folder.resolve("tree"), 1000);
        assertThat(usage).isEqualTo(new DirectoryTree.Usage(expected, 5, true));
    }

    @Test
    void usageStopsAtItsBound() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        for (int i = 0; i < 50; i++) {
            Files.createFile(tree.resolve("f" + i));
        }
        DirectoryTree.Usage usage = trees.usage(tree, 20);
        assertThat(usage.complete()).isFalse();
        assertThat(usage.inodes()).isEqualTo(20);
    }

    @Test
    void namesOfOneFileCountAgainstTheBoundToo() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Path file = Files.createFile(tree.resolve("f"));
        for (int i = 0; i < 50; i++) {
            Files.createLink(tree.resolve("l" + i), file);
        }
        assertThat(trees.usage(tree, 20).complete()).isFalse();
        assertThat(trees.usage(tree, 100).inodes()).isEqualTo(2);
    }

    @Test
    void usageOfNothingIsAnError() {
        assertThatThrownBy(() -> trees.usage(folder.resolve("missing"), 10))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    @RootOnly
    void usageAndVisitStartOnAMountPointButCrossNoOther() throws IOException {
        TmpfsOptions options =
                new TmpfsOptions(OptionalLong.empty(), 0755, false, Optional.empty());
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        mounts.tmpfs(mounted, options);
        Path inner = Files.createDirectory(mounted.resolve("inner"));
        mounts.tmpfs(inner, options);
        Files.createFile(mounted.resolve("f"));
        Files.createFile(inner.resolve("g"));
        assertThat(trees.usage(mounted, 100).inodes()).isEqualTo(2);
        List<String> seen = new ArrayList<>();
        trees.visit(mounted, node -> seen.add(Path.of(node.toString()).getFileName().toString()));
        assertThat(seen).containsExactly("f", "mounted");
    }

    @Test
    @RootOnly
    void aTourChangesOwnersAndModesWithoutFollowingLinks() throws IOException {
        Path outside = Files.createFile(folder.resolve("outside"));
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("d"));
        Path link = Files.createSymbolicLink(tree.resolve("link"), outside);
        Path file = Files.createFile(tree.resolve("d/f"));
        List<FileType> order = new ArrayList<>();
        trees.visit(
                tree,
                node -> {
                    order.add(node.status().type());
                    node.changeOwner(-1, 4321);
                    if (node.status().type() != FileType.SYMLINK) {
                        node.changeMode(node.status().permissions() | 0660);
                    }
                });
        assertThat(order).hasSize(4).endsWith(FileType.DIRECTORY);
        assertThat(files.status(file)).extracting(FileStatus::gid).isEqualTo(4321L);
        assertThat(files.status(file).permissions() & 0660).isEqualTo(0660);
        assertThat(files.status(link).gid()).isEqualTo(4321);
        assertThat(files.status(tree).gid()).isEqualTo(4321);
        assertThat(files.status(outside).gid()).isNotEqualTo(4321);
    }

    @Test
    void aFolderMovedAwayDuringTheWalkStopsIt() throws IOException {
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("a/b"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        assertThatThrownBy(() ->
                        trees.visit(
                                tree,
                                node -> {
                                    if (node.toString().endsWith("/b")) {
                                        Files.move(tree.resolve("a/b"), elsewhere.resolve("b"));
                                    }
                                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("moved elsewhere");
    }
}
