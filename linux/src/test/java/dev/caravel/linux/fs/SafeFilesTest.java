package dev.caravel.linux.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.RootOnly;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SafeFilesTest {
    private final SafeFiles safe = new SafeFiles(Kernel.files());
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    0,      10,     0,      false
                    10,     10,     10,     false
                    11,     10,     10,     true
                    100000, 70000,  70000,  true
                    100000, 100000, 100000, false
                    200000, 131072, 131072, true
                    5,      0,      0,      true
                    0,      0,      0,      false
                    """)
    void readsUpToTheLimitAndSaysWhetherThereIsMore(
            int size, int limit, int length, boolean truncated) throws IOException {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i * 31 % 127);
        }
        Path file = Files.write(folder.resolve("f"), content);
        SafeFiles.Content read = safe.read(file, limit);
        assertThat(read.bytes()).isEqualTo(java.util.Arrays.copyOf(content, length));
        assertThat(read.truncated()).isEqualTo(truncated);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    0123456789, 4,  6789,       true
                    0123456789, 10, 0123456789, false
                    0123456789, 99, 0123456789, false
                    0123456789, 0,  '',         true
                    '',         5,  '',         false
                    """)
    void readsTheEnd(String content, int limit, String end, boolean truncated) throws IOException {
        Path file = Files.writeString(folder.resolve("f"), content);
        SafeFiles.Content read = safe.tail(file, limit);
        assertThat(read.text()).isEqualTo(end);
        assertThat(read.truncated()).isEqualTo(truncated);
    }

    @Test
    void aHugeFileCostsOnlyItsLimit() throws IOException {
        Path file = folder.resolve("huge");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
            sparse.seek((1L << 40) - 3);
            sparse.write("end".getBytes(UTF_8));
        }
        assertThat(safe.read(file, 4096).bytes()).hasSize(4096);
        assertThat(safe.tail(file, 3).text()).isEqualTo("end");
    }

    @Test
    void filesOfProcClaimNoSizeAndAreReadAnyway() throws IOException {
        assertThat(safe.read(Path.of("/proc/version"), 4096).text()).startsWith("Linux version");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Files.writeString(folder.resolve("secret"), "s");
        Path link = Files.createSymbolicLink(folder.resolve("log"), Path.of("secret"));
        assertThatThrownBy(() -> safe.read(link, 10))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("is a symlink, not a regular file");
        assertThatThrownBy(() -> safe.tail(link, 10)).isInstanceOf(FileSystemException.class);
    }

    @Test
    void aFolderIsNotRead() {
        assertThatThrownBy(() -> safe.read(folder, 10)).hasMessageContaining("is a directory");
    }

    @Test
    @RootOnly
    void aFifoNobodyWritesToDoesNotBlock() throws IOException {
        Path fifo = folder.resolve("fifo");
        Kernel.files().makeNode(fifo, FileType.FIFO, 0666, 0, 0);
        assertThatThrownBy(() -> safe.read(fifo, 10)).hasMessageContaining("is a fifo");
        assertThatThrownBy(() -> safe.tail(fifo, 10)).hasMessageContaining("is a fifo");
    }

    @Test
    @RootOnly
    void aDeviceWithoutEndIsNotOpened() throws IOException {
        Path zero = folder.resolve("zero");
        Kernel.files().makeNode(zero, FileType.CHARACTER_DEVICE, 0666, 1, 5);
        assertThatThrownBy(() -> safe.read(zero, 10)).hasMessageContaining("is a character device");
    }

    @Test
    void belowARootLinksStayInsideOrAreRefused() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(folder.resolve("secret"), "s");
        Files.createDirectory(root.resolve("d"));
        Files.writeString(root.resolve("d/f"), "content");
        Files.createSymbolicLink(root.resolve("in"), Path.of("d"));
        Files.createSymbolicLink(root.resolve("out"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("d/last"), Path.of("f"));

        assertThat(safe.read(root, "d/f", SafeFiles.Links.NONE, 99).text()).isEqualTo("content");
        assertThat(safe.read(root, "in/f", SafeFiles.Links.INSIDE, 99).text()).isEqualTo("content");
        assertThat(safe.read(root, "in/last", SafeFiles.Links.INSIDE, 99).text())
                .isEqualTo("content");
        assertRefused(root, "in/f", SafeFiles.Links.NONE, Errno.ELOOP);
        assertRefused(root, "out/secret", SafeFiles.Links.INSIDE, Errno.EXDEV);
        assertRefused(root, "out/secret", SafeFiles.Links.NONE, Errno.ELOOP);
        assertRefused(root, "../secret", SafeFiles.Links.INSIDE, Errno.EXDEV);
        assertThatThrownBy(() -> safe.read(root, "d/last", SafeFiles.Links.NONE, 99))
                .isInstanceOf(IOException.class);
    }

    private void assertRefused(Path root, String path, SafeFiles.Links links, Errno errno) {
        assertThatThrownBy(() -> safe.read(root, path, links, 99))
                .as(path)
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
