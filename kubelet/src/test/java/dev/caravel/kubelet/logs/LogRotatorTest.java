package dev.caravel.kubelet.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.cri.RuntimeCallException;
import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotatorTest {

    @TempDir Path podLogs;

    private final ManualTicks ticks = new ManualTicks(Instant.parse("2026-11-24T08:00:00Z"));
    private Path log = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        log = podLogs.resolve("shop_web_uid/nginx/0.log");
        Files.createDirectories(log.getParent());
    }

    private LogRotator rotator(int maxFiles, Consumer<String> reopen) {
        return new LogRotator(
                new SafeFiles(Kernel.files()), podLogs, maxFiles, reopen, ticks, ZoneOffset.UTC);
    }

    private void open(String id) {
        try {
            Files.writeString(log, "of " + id + "\n");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(log.getParent())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static String unpacked(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void theNewestStaysPlainAndOlderOnesAreCompressedWithTheirModeAndTime() throws Exception {
        LogRotator rotator = rotator(5, this::open);
        Files.writeString(log, "first\n");
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(rotator.rotate("c1", log)).isFalse();
        var written = Files.getLastModifiedTime(log.resolveSibling("0.log.20261124-080000"));
        ticks.advance(Duration.ofSeconds(9));
        assertThat(rotator.rotate("c1", log)).isTrue();
        rotator.compress(log);
        assertThat(names())
                .containsExactly("0.log", "0.log.20261124-080000.gz", "0.log.20261124-080009");
        Path packed = log.resolveSibling("0.log.20261124-080000.gz");
        assertThat(unpacked(packed)).isEqualTo("first\n");
        assertThat(Files.getPosixFilePermissions(packed))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Files.getLastModifiedTime(packed)).isEqualTo(written);
    }

    @Test
    void neverAreMoreFilesThereThanAllowedHoweverOftenAndFastItIsRotated() throws Exception {
        LogRotator rotator = rotator(3, this::open);
        open("c0");
        for (int i = 0; i < 7; i++) {
            rotator.rotate("c" + (i + 1), log);
            assertThat(names()).hasSizeLessThanOrEqualTo(3);
        }
        rotator.compress(log);
        assertThat(names())
                .containsExactly("0.log", "0.log.20261124-080005.gz", "0.log.20261124-080006");
        assertThat(unpacked(log.resolveSibling("0.log.20261124-080005.gz"))).isEqualTo("of c5\n");
    }

    @Test
    void theLogGetsItsNameBackWhenTheRuntimeDoesNotOpenANewOne() throws Exception {
        Files.writeString(log, "kept\n");
        LogRotator rotator =
                rotator(
                        5,
                        _ -> {
                            throw new RuntimeCallException(
                                    "reopen_container_log",
                                    "c1",
                                    RuntimeCallException.Code.UNAVAILABLE,
                                    "the runtime is away");
                        });
        assertThatThrownBy(() -> rotator.rotate("c1", log))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the runtime is away");
        assertThat(names()).containsExactly("0.log");
        assertThat(Files.readString(log)).isEqualTo("kept\n");
    }

    @Test
    void whatAnInterruptedCompressionLeftIsRemoved() throws Exception {
        open("c1");
        Files.writeString(log.resolveSibling("0.log.20261123-000000.tmp"), "half");
        Files.writeString(log.resolveSibling("0.log.20261122-000000"), "twice");
        Files.writeString(log.resolveSibling("0.log.20261122-000000.gz"), "twice");
        LogRotator rotator = rotator(9, this::open);
        assertThat(rotator.rotate("c1", log)).isTrue();
        rotator.compress(log);
        assertThat(names())
                .containsExactly("0.log", "0.log.20261122-000000.gz", "0.log.20261124-080000");
    }

    @Test
    void aLinkInPlaceOfALogOrItsFolderIsNotFollowed() throws Exception {
        Path secret = Files.writeString(podLogs.resolveSibling(podLogs.getFileName() + ".x"), "s");
        Files.createSymbolicLink(log, secret);
        LogRotator rotator = rotator(5, this::open);
        assertThatThrownBy(() -> rotator.size(log)).hasMessageContaining("no regular file");
        Path other = podLogs.resolve("shop_web_uid/side/0.log");
        Files.createSymbolicLink(other.getParent(), log.getParent());
        assertThatThrownBy(() -> rotator.rotate("c1", other)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> rotator.rotate("c1", Path.of("/var/log/messages")))
                .hasMessageContaining("is not below");
        Files.delete(secret);
    }

    @Test
    void aLogThatIsGoneHasNoSize() throws Exception {
        assertThat(rotator(5, this::open).size(log)).isEmpty();
        assertThat(rotator(5, this::open).size(podLogs.resolve("gone/c/0.log"))).isEmpty();
    }
}
