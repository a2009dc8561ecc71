package dev.caravel.linux.dbus;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.linux.sys.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's side of logind against a scripted bus. */
class LogindTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    @TempDir Path folder;
    private UnixPeer peer;
    private Logind logind;

    @BeforeEach
    void listen() {
        peer = new UnixPeer(folder.resolve("bus"));
        logind = new Logind(new DbusEndpoint(folder.resolve("bus"), true));
    }

    @AfterEach
    void close() {
        peer.close();
    }

    private interface Script {
        void run() throws IOException;
    }

    private CompletableFuture<Void> play(Script script) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        greet();
                        script.run();
                        done.complete(null);
                    } catch (IOException | RuntimeException | AssertionError e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }

    private void greet() throws IOException {
        peer.accept();
        String login = new String(peer.receive(), US_ASCII);
        assertThat(login).startsWith("\0AUTH EXTERNAL ").endsWith("BEGIN\r\n");
        peer.send("OK 0123\r\nAGREE_UNIX_FD\r\n".getBytes(US_ASCII));
        DbusMessage hello = call("Hello");
        peer.send(reply(hello, List.of(new DbusValue.Text(":1.1")), 0));
    }

    private DbusMessage call(String member) throws IOException {
        DbusMessage message = DbusMessage.parse(peer.receive(), new ArrayDeque<>());
        assertThat(message.text(DbusMessage.MEMBER)).hasValue(member);
        return message;
    }

    private static byte[] reply(DbusMessage call, List<DbusValue> body, int files)
            throws DbusException {
        Map<Integer, DbusValue> fields = new TreeMap<>();
        fields.put(DbusMessage.REPLY_SERIAL, new DbusValue.UInt32(call.serial()));
        if (files > 0) {
            fields.put(DbusMessage.UNIX_FDS, new DbusValue.UInt32(files));
        }
        return new DbusMessage(DbusMessage.Type.REPLY, 9, fields, body, List.of()).toBytes();
    }

    private static byte[] announcement(String member, DbusValue value) throws DbusException {
        Map<Integer, DbusValue> fields =
                Map.of(
                        DbusMessage.PATH, new DbusValue.ObjectPath("/org/freedesktop/login1"),
                        DbusMessage.INTERFACE, new DbusValue.Text("org.freedesktop.login1.Manager"),
                        DbusMessage.MEMBER, new DbusValue.Text(member));
        return new DbusMessage(DbusMessage.Type.SIGNAL, 10, fields, List.of(value), List.of())
                .toBytes();
    }

    @Test
    void theDelayIsAFileThatTheBusHandsOver() throws Exception {
        Path lock = Files.writeString(folder.resolve("lock"), "held");
        CompletableFuture<Void> bus =
                play(() -> {
                    DbusMessage inhibit = call("Inhibit");
                    assertThat(inhibit.body())
                            .containsExactly(
                                    new DbusValue.Text("shutdown"),
                                    new DbusValue.Text("kubelet"),
                                    new DbusValue.Text("pods"),
                                    new DbusValue.Text("delay"));
                    // A signal in between must not be taken for the answer.
                    peer.send(announcement("SessionNew", new DbusValue.Text("1")));
                    peer.send(reply(inhibit, List.of(new DbusValue.UnixFd(0)), 1), 1, lock);
                });
        try (Descriptor delay = logind.delayShutdown("kubelet", "pods")) {
            byte[] buffer = new byte[10];
            int length = Kernel.files().read(delay, buffer, 0);
            assertThat(new String(buffer, 0, length, UTF_8)).isEqualTo("held");
        }
        bus.get(10, TimeUnit.SECONDS);
    }

    @Test
    void anAnswerWithoutTheFileIsAnError() {
        CompletableFuture<Void> _ =
                play(() -> peer.send(reply(call("Inhibit"), List.of(new DbusValue.UnixFd(0)), 0)));
        assertThatThrownBy(() -> logind.delayShutdown("kubelet", "pods"))
                .isInstanceOf(DbusException.class)
                .hasMessageContaining("Inhibit answered");
    }

    @Test
    void theLongestDelayIsRead() throws IOException {
        CompletableFuture<Void> _ =
                play(() ->
                        peer.send(
                                reply(
                                        call("Get"),
                                        List.of(
                                                new DbusValue.Variant(
                                                        new DbusValue.UInt64(5_000_000))),
                                        0)));
        assertThat(logind.inhibitDelayMax()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void announcementsAreToldAndOtherSignalsAreNot() throws Exception {
        CompletableFuture<Void> bus =
                play(() -> {
                    DbusMessage match = call("AddMatch");
                    // Before the answer: it must wait, not get lost.
                    peer.send(announcement("PrepareForShutdown", new DbusValue.Bool(true)));
                    peer.send(reply(match, List.of(), 0));
                    peer.send(announcement("SessionNew", new DbusValue.Bool(true)));
                    peer.send(announcement("PrepareForShutdown", new DbusValue.Text("x")));
                    peer.send(announcement("PrepareForShutdown", new DbusValue.Bool(false)));
                });
        try (Logind.ShutdownSignals signals = logind.shutdownSignals()) {
            assertThat(signals.next(LONG)).hasValue(true);
            assertThat(signals.next(LONG)).hasValue(false);
            bus.get(10, TimeUnit.SECONDS);
            assertThat(signals.next(Duration.ofMillis(20))).isEmpty();
            peer.disconnect();
            assertThatThrownBy(() -> signals.next(LONG)).hasMessageContaining("closed");
        }
    }

    @Test
    void anErrorAnswerCarriesItsNameAndText() {
        CompletableFuture<Void> _ =
                play(() -> {
                    DbusMessage get = call("Get");
                    Map<Integer, DbusValue> fields =
                            Map.of(
                                    DbusMessage.REPLY_SERIAL,
                                    new DbusValue.UInt32(get.serial()),
                                    DbusMessage.ERROR_NAME,
                                    new DbusValue.Text("org.example.No"));
                    peer.send(
                            new DbusMessage(
                                            DbusMessage.Type.ERROR,
                                            9,
                                            fields,
                                            List.of(new DbusValue.Text("not today")),
                                            List.of())
                                    .toBytes());
                });
        assertThatThrownBy(() -> logind.inhibitDelayMax())
                .isInstanceOfSatisfying(
                        DbusException.class, e -> assertThat(e.name()).isEqualTo("org.example.No"))
                .hasMessageContaining("not today");
    }

    @Test
    void aRefusedLoginIsTold() {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    peer.accept();
                    peer.receive();
                    peer.send("REJECTED EXTERNAL\r\n".getBytes(US_ASCII));
                });
        assertThatThrownBy(() -> logind.inhibitDelayMax())
                .hasMessageContaining("login refused: 'REJECTED EXTERNAL'");
    }
}
