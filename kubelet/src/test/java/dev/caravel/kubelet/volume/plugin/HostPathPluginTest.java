package dev.caravel.kubelet.volume.plugin;

import static dev.caravel.kubelet.volume.VolumeBed.mode;
import static dev.caravel.kubelet.volume.VolumeBed.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.volume.Pods;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.RootOnly;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RootOnly
final class HostPathPluginTest {
    private final FileCalls files = Kernel.files();
    private final HostPathPlugin plugin = new HostPathPlugin(files);
    @TempDir Path host;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectory(host.resolve("dir"));
        Files.writeString(host.resolve("file"), "text");
        Files.createSymbolicLink(host.resolve("link-dir"), host.resolve("dir"));
        Files.createSymbolicLink(host.resolve("dangling"), host.resolve("nowhere"));
        files.makeNode(host.resolve("char"), FileType.CHARACTER_DEVICE, 0600, 1, 3);
        files.makeNode(host.resolve("block"), FileType.BLOCK_DEVICE, 0600, 7, 99);
        files.makeNode(host.resolve("fifo"), FileType.FIFO, 0600, 0, 0);
    }

    private static Volume hostPath(String path, @Nullable String type) {
        return new VolumeBuilder()
                .withName("h")
                .withNewHostPath()
                .withPath(path)
                .withType(type)
                .endHostPath()
                .build();
    }

    private PreparedVolume prepare(String path, @Nullable String type) throws VolumeException {
        return plugin.prepare(request(Pods.of(List.of()), hostPath(path, type)));
    }

    @ParameterizedTest(name = "{0} as {1}: {2}")
    @CsvSource(
            textBlock =
                    """
                    dir,      '',                ok
                    missing,  '',                ok
                    fifo,     '',                ok
                    dir,      Directory,         ok
                    link-dir, Directory,         ok
                    dir,      DirectoryOrCreate, ok
                    file,     File,              ok
                    file,     FileOrCreate,      ok
                    char,     CharDevice,        ok
                    block,    BlockDevice,       ok
                    file,     Directory,         "is not a directory, it's a File"
                    file,     DirectoryOrCreate, "is not a directory, it's a File"
                    dir,      File,              "is not a file, it's a Directory"
                    dir,      FileOrCreate,      "is not a file, it's a Directory"
                    file,     Socket,            "is not a socket file, it's a File"
                    dir,      CharDevice,        "is not a character device, it's a Directory"
                    char,     BlockDevice,       "is not a block device, it's a CharDevice"
                    fifo,     File,              "is not a file, it's a FIFO or other special file"
                    missing,  Directory,         "is not a directory, unable to determine its type"
                    missing,  File,              "is not a file, unable to determine its type"
                    missing,  Socket,            "is not a socket file, unable to determine its type"
                    dangling, Directory,         "is not a directory, unable to determine its type"
                    dir,      Nonsense,          "Nonsense is an invalid volume type"
                    """,
            quoteCharacter = '"')
    void theTypeDecides(String name, String type, String expected) throws Exception {
        String path = host.resolve(name).toString();
        String wanted = type.equals("''") ? null : type;
        if (expected.equals("ok")) {
            assertThat(prepare(path, wanted))
                    .isEqualTo(PreparedVolume.OnHost.steady(Path.of(path), false, false));
        } else {
            assertThatThrownBy(() -> prepare(path, wanted))
                    .isInstanceOf(VolumeException.class)
                    .hasMessageContaining(expected);
        }
    }

    @Test
    void theMessagesAreUpstreams() {
        assertThatThrownBy(() -> prepare(host.resolve("file").toString(), "Directory"))
                .hasMessage(
                        "hostPath type check failed: "
                                + host.resolve("file")
                                + " is not a directory, it's a File");
    }

    @Test
    void missingFoldersAndFilesAreCreatedWithFixedModes() throws Exception {
        Path folder = host.resolve("new/deep/folder");
        prepare(folder.toString(), "DirectoryOrCreate");
        assertThat(mode(folder)).isEqualTo(0755);
        Path file = host.resolve("dir/new");
        prepare(file.toString(), "FileOrCreate");
        assertThat(file).isEmptyFile();
        assertThat(mode(file)).isEqualTo(0644);
        assertThatThrownBy(() -> prepare(host.resolve("no/such/file").toString(), "FileOrCreate"))
                .hasMessageContaining("no/such/file");
    }

    @Test
    void aSocketIsKnown() throws Exception {
        Path path = host.resolve("s");
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(path));
            prepare(path.toString(), "Socket");
        }
    }

    @Test
    void aBackStepIsRefused() {
        assertThatThrownBy(() -> prepare("/var/../etc", null))
                .hasMessage("invalid HostPath `/var/../etc`: must not contain '..'");
    }

    @Test
    void tearDownLeavesTheHostAlone() throws Exception {
        prepare(host.resolve("dir").toString(), "Directory");
        plugin.tearDown("uid-1", "h");
        assertThat(host.resolve("dir")).isDirectory();
    }
}
