package dev.caravel.linux.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixStreamTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    @TempDir Path folder;
    private UnixPeer peer;
    private UnixStream stream;
    private final List<Descriptor> files = new ArrayList<>();

    @BeforeEach
    void connect() throws SystemCallException {
        peer = new UnixPeer(folder.resolve("socket"));
        stream = UnixStream.connect(folder.resolve("socket"));
        peer.accept();
    }

    @AfterEach
    void close() {
        files.forEach(Descriptor::close);
        stream.close();
        peer.close();
    }

    private String receive() throws SystemCallException {
        return new String(stream.receive(LONG, files), UTF_8);
    }

    @Test
    void bytesGoBothWays() throws SystemCallException {
        stream.send("question".getBytes(UTF_8), LONG);
        assertThat(peer.receive()).asString(UTF_8).isEqualTo("question");
        peer.send("answer".getBytes(UTF_8));
        assertThat(receive()).isEqualTo("answer");
        assertThat(files).isEmpty();
        peer.disconnect();
        assertThat(receive()).isEmpty();
    }

    @Test
    void openFilesComeAlong() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "content");
        peer.send("x".getBytes(UTF_8), 2, file);
        assertThat(receive()).isEqualTo("x");
        assertThat(files).hasSize(2);
        for (Descriptor received : files) {
            byte[] buffer = new byte[100];
            int length = Kernel.files().read(received, buffer, 0);
            assertThat(new String(buffer, 0, length, UTF_8)).isEqualTo("content");
        }
    }

    @Test
    void moreFilesThanAnybodyNeedsAreRefusedAndClosed() throws Exception {
        Path file = Files.createFile(folder.resolve("f"));
        long before = openFiles();
        for (int i = 0; i < 50; i++) {
            peer.send("x".getBytes(UTF_8), 30, file);
            assertThatThrownBy(() -> stream.receive(LONG, files))
                    .hasMessageContaining("too many files");
            assertThat(files).isEmpty();
        }
        assertThat(openFiles() - before).isLessThan(50);
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void waitingEndsInTime() {
        assertThatThrownBy(() -> stream.receive(Duration.ofMillis(20), files))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT));
        byte[] tooMuch = new byte[16 << 20];
        assertThatThrownBy(() -> stream.send(tooMuch, Duration.ofMillis(20)))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT));
    }

    @Test
    void nobodyAtTheSocketIsAnError() {
        assertThatThrownBy(() -> UnixStream.connect(folder.resolve("missing")))
                .hasMessageContaining("connect " + folder.resolve("missing") + ": ENOENT");
    }
}
