package dev.caravel.linux.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.UUID;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixDatagramTest {
    @TempDir Path folder;

    /** The receiving end, which the program itself never needs. */
    public interface Receiver {
        int socket(int domain, int type, int protocol);

        int bind(int fd, @In byte[] address, int length);

        long recv(int fd, @Out byte[] buffer, long length, int flags);

        int close(int fd);
    }

    private static final Receiver RECEIVER = LibraryLoader.create(Receiver.class).load("c");

    private static String sendAndReceive(String address) throws SystemCallException {
        int fd = RECEIVER.socket(1, 2, 0);
        try {
            byte[] name = UnixDatagram.socketAddress(address);
            assertThat(RECEIVER.bind(fd, name, name.length)).isZero();
            UnixDatagram.send(address, "READY=1\nSTATUS=up".getBytes(UTF_8));
            byte[] buffer = new byte[100];
            int length = (int) RECEIVER.recv(fd, buffer, buffer.length, 0);
            return new String(buffer, 0, length, UTF_8);
        } finally {
            RECEIVER.close(fd);
        }
    }

    @Test
    void reachesASocketByPath() throws Exception {
        String answer = sendAndReceive(folder.resolve("notify").toString());
        assertThat(answer).isEqualTo("READY=1\nSTATUS=up");
    }

    @Test
    void reachesAnAbstractSocket() throws Exception {
        assertThat(sendAndReceive("@caravel-" + UUID.randomUUID())).isEqualTo("READY=1\nSTATUS=up");
    }

    @Test
    void saysWhenNobodyListens() {
        String address = folder.resolve("nobody").toString();
        assertThatThrownBy(() -> UnixDatagram.send(address, new byte[1]))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> {
                            assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                            assertThat(e.object()).isEqualTo(address);
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "relative/path", "vsock:2:1"})
    void refusesWhatIsNoSocketAddress(String address) {
        assertThatThrownBy(() -> UnixDatagram.socketAddress(address))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAPathThatWouldBeCut() {
        assertThatThrownBy(() -> UnixDatagram.socketAddress("/" + "x".repeat(107)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(UnixDatagram.socketAddress("/" + "x".repeat(106))).hasSize(110);
    }
}
