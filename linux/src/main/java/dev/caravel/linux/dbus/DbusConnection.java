package dev.caravel.linux.dbus;

import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import dev.caravel.linux.sys.UnixStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A connection to a D-Bus daemon or directly to systemd, for one thread. Opened for a task and
 * closed after it: that costs about a millisecond and leaves nothing to supervise.
 */
final class DbusConnection implements AutoCloseable {
    /** How long the other side may take for a step that needs no job. */
    static final Duration ANSWER_TIME = Duration.ofSeconds(10);

    private static final String BUS = "org.freedesktop.DBus";
    private static final String BUS_PATH = "/org/freedesktop/DBus";

    /** Signals kept while something else is waited for; more than a task ever meets. */
    private static final int MAX_PENDING = 1024;

    private static final int MAX_LINE = 512;

    private final UnixStream stream;
    private final Deque<DbusMessage> signals = new ArrayDeque<>();
    private final Deque<Descriptor> files = new ArrayDeque<>();
    private byte[] received = new byte[0];
    private int lastSerial;

    private DbusConnection(UnixStream stream) {
        this.stream = stream;
    }

    /**
     * Connects and logs in as the user this process runs as.
     *
     * @param bus whether a bus daemon listens there, which wants a greeting before anything else
     */
    static DbusConnection open(Path socket, boolean bus) throws IOException {
        DbusConnection connection = new DbusConnection(UnixStream.connect(socket));
        try {
            connection.authenticate();
            if (bus) {
                connection.call(Optional.of(BUS), BUS_PATH, BUS, "Hello", List.of());
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * D-Bus specification, "Authentication Protocol": the kernel vouches for the user. All lines go
     * in one piece. systemd 252 would not look at the first message if it arrived together with the
     * last line; now that line has been read before systemd's answer to it can come.
     */
    private void authenticate() throws IOException {
        String uid = HexFormat.of().formatHex(ascii(uid()));
        String lines = "\0AUTH EXTERNAL " + uid + "\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n";
        stream.send(ascii(lines), ANSWER_TIME);
        expect("OK ");
        expect("AGREE_UNIX_FD");
    }

    private static String uid() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void expect(String beginning) throws IOException {
        int end = indexOfLineEnd();
        while (end < 0) {
            if (received.length > MAX_LINE) {
                throw new DbusException("line without end while logging in");
            }
            receive(ANSWER_TIME);
            end = indexOfLineEnd();
        }
        String line = new String(received, 0, end, StandardCharsets.US_ASCII);
        received = Arrays.copyOfRange(received, end + 2, received.length);
        if (!line.startsWith(beginning)) {
            throw new DbusException("login refused: '" + line + "'");
        }
    }

    private int indexOfLineEnd() {
        for (int i = 0; i + 1 < received.length; i++) {
            if (received[i] == '\r' && received[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void receive(Duration timeout) throws IOException {
        List<Descriptor> came = new ArrayList<>();
        byte[] more = stream.receive(timeout, came);
        files.addAll(came);
        if (more.length == 0) {
            throw new DbusException("connection closed by the other side");
        }
        int before = received.length;
        received = Arrays.copyOf(received, before + more.length);
        System.arraycopy(more, 0, received, before, more.length);
    }

    /**
     * Calls a method and waits for its answer.
     *
     * @return the answer; its files are the caller's
     * @throws DbusException if the answer is an error
     */
    DbusMessage call(
            Optional<String> destination,
            String path,
            String interfaceName,
            String member,
            List<DbusValue> arguments)
            throws IOException {
        int serial = ++lastSerial;
        DbusMessage call =
                DbusMessage.call(serial, destination, path, interfaceName, member, arguments);
        stream.send(call.toBytes(), ANSWER_TIME);
        DbusMessage answer = read(ANSWER_TIME);
        while (!answer.answers(serial)) {
            keep(answer);
            answer = read(ANSWER_TIME);
        }
        if (answer.type() == DbusMessage.Type.ERROR) {
            String text =
                    !answer.body().isEmpty()
                                    && answer.body().getFirst()
                                            instanceof DbusValue.Text(String first)
                            ? first
                            : "no text";
            throw new DbusException(
                    interfaceName + "." + member,
                    answer.text(DbusMessage.ERROR_NAME).orElse("unnamed error"),
                    text);
        }
        return answer;
    }

    private void keep(DbusMessage message) throws DbusException {
        message.files().forEach(Descriptor::close);
        if (message.type() == DbusMessage.Type.SIGNAL) {
            if (signals.size() == MAX_PENDING) {
                throw new DbusException("more than " + MAX_PENDING + " signals in one task");
            }
            signals.add(message);
        }
    }

    /** Asks the bus daemon for signals; without one, they come unasked. */
    void subscribe(String matchRule) throws IOException {
        List<DbusValue> rule = List.of(new DbusValue.Text(matchRule));
        call(Optional.of(BUS), BUS_PATH, BUS, "AddMatch", rule);
    }

    /**
     * Waits for a signal, those that came during earlier calls included.
     *
     * @param timeout how long to wait for the next message of any kind
     * @return empty when none comes in time
     */
    Optional<DbusMessage> awaitSignal(Predicate<DbusMessage> wanted, Duration timeout)
            throws IOException {
        while (!signals.isEmpty()) {
            DbusMessage kept = signals.remove();
            if (wanted.test(kept)) {
                return Optional.of(kept);
            }
        }
        try {
            for (int others = 0; others < MAX_PENDING; others++) {
                DbusMessage message = read(timeout);
                if (wanted.test(message)) {
                    return Optional.of(message);
                }
                message.files().forEach(Descriptor::close);
            }
            throw new DbusException("more than " + MAX_PENDING + " other messages in one task");
        } catch (SystemCallException e) {
            if (e.is(Errno.ETIMEDOUT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private DbusMessage read(Duration timeout) throws IOException {
        while (received.length < DbusMessage.FIXED_HEADER) {
            receive(timeout);
        }
        int length = DbusMessage.length(received);
        while (received.length < length) {
            receive(timeout);
        }
        byte[] bytes = Arrays.copyOf(received, length);
        received = Arrays.copyOfRange(received, length, received.length);
        return DbusMessage.parse(bytes, files);
    }

    @Override
    public void close() {
        files.forEach(Descriptor::close);
        stream.close();
    }
}
