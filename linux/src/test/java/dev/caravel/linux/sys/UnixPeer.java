package dev.caravel.linux.sys;

import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/** The serving end of a unix socket, which can hand over open files; for tests only. */
public final class UnixPeer implements AutoCloseable {
    private static final Calls CALLS = LibraryLoader.create(Calls.class).load("c");
    private final int listening;
    private int connected = -1;

    /** What the program itself never calls. */
    public interface Calls {
        int socket(int domain, int type, int protocol);

        int bind(int fd, @In byte[] address, int length);

        int listen(int fd, int backlog);

        int accept(int fd, Pointer address, Pointer length);

        long recv(int fd, @Out byte[] buffer, long length, int flags);

        long sendmsg(int fd, @In Pointer message, int flags);

        int open(@In byte[] path, int flags);

        int close(int fd);
    }

    public UnixPeer(Path path) {
        listening = CALLS.socket(1, 1, 0);
        byte[] address = UnixDatagram.socketAddress(path.toString());
        if (CALLS.bind(listening, address, address.length) != 0
                || CALLS.listen(listening, 5) != 0) {
            throw new IllegalStateException("cannot listen at " + path);
        }
    }

    public void accept() {
        disconnect();
        connected =
                CALLS.accept(
                        listening,
                        Pointer.newIntPointer(Runtime.getSystemRuntime(), 0),
                        Pointer.newIntPointer(Runtime.getSystemRuntime(), 0));
    }

    /** What came, empty at the end. */
    public byte[] receive() {
        byte[] buffer = new byte[65536];
        long length = CALLS.recv(connected, buffer, buffer.length, 0);
        return Arrays.copyOf(buffer, (int) Math.max(0, length));
    }

    public void send(byte[] bytes) {
        send(bytes, 0, Path.of("/dev/null"));
    }

    /** Sends bytes together with a file, opened so and so many times. */
    public void send(byte[] bytes, int count, Path file) {
        Pointer memory =
                Memory.allocateDirect(Runtime.getSystemRuntime(), 72 + 256 + bytes.length, true);
        memory.putAddress(16, memory.address() + 56);
        memory.putLong(24, 1);
        memory.putAddress(56, memory.address() + 328);
        memory.putLong(64, bytes.length);
        memory.put(328, bytes, 0, bytes.length);
        int[] files = new int[count];
        if (count > 0) {
            memory.putAddress(32, memory.address() + 72);
            memory.putLong(40, (16 + 4L * count + 7) / 8 * 8);
            memory.putLong(72, 16 + 4L * count);
            memory.putInt(80, 1);
            memory.putInt(84, 1);
            for (int i = 0; i < count; i++) {
                files[i] = CALLS.open(CStrings.of(file), 0);
                memory.putInt(88 + 4L * i, files[i]);
            }
        }
        if (CALLS.sendmsg(connected, memory, 0x4000) != bytes.length) {
            throw new IllegalStateException("not all was sent");
        }
        for (int fd : files) {
            CALLS.close(fd);
        }
    }

    public void disconnect() {
        if (connected >= 0) {
            CALLS.close(connected);
            connected = -1;
        }
    }

    @Override
    public void close() {
        disconnect();
        CALLS.close(listening);
    }
}
