package dev.caravel.cri.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.proto.cri.RuntimeServiceGrpc;
import dev.caravel.proto.cri.VersionResponse;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeConnectionTest {
    @TempDir Path folder;
    private Path socket;
    private RuntimeConnection connection;
    private ContainerRuntime runtime;

    @BeforeEach
    void open() {
        socket = folder.resolve("cri.sock");
        connection = RuntimeConnection.open(new RuntimeEndpoint(socket));
        runtime = new GrpcContainerRuntime(connection, Duration.ofSeconds(20), CallObserver.NONE);
    }

    @AfterEach
    void close() {
        connection.close();
    }

    private ScriptedServer serve(String name) {
        return new ScriptedServer(socket)
                .answer(
                        RuntimeServiceGrpc.getVersionMethod(),
                        _ ->
                                VersionResponse.newBuilder()
                                        .setVersion("0.1.0")
                                        .setRuntimeName(name)
                                        .setRuntimeVersion("1")
                                        .setRuntimeApiVersion("v1")
                                        .build());
    }

    private RuntimeCallException failure() {
        var failure = catchThrowableOfType(RuntimeCallException.class, () -> runtime.version());
        assertThat(failure).isNotNull();

        return failure;
    }

    @Test
    void aMissingSocketIsUnavailableAndNamed() {
        var failure = failure();

        assertThat(failure.isUnavailable()).isTrue();
        assertThat(failure.detail()).contains(socket.toString()).contains("there is no such file");
    }

    @Test
    void aRuntimeThatComesUpLaterAnswersAtOnce() {
        assertThat(failure().isUnavailable()).isTrue();
        assertThat(failure().isUnavailable()).isTrue();

        try (var _ = serve("late")) {
            assertThat(runtime.version().runtimeName()).isEqualTo("late");
        }
    }

    @Test
    void aRuntimeThatRestartsAnswersAtOnce() throws IOException {
        try (var _ = serve("before")) {
            assertThat(runtime.version().runtimeName()).isEqualTo("before");
        }
        Files.deleteIfExists(socket);
        assertThat(failure().isUnavailable()).isTrue();

        try (var _ = serve("after")) {
            assertThat(runtime.version().runtimeName()).isEqualTo("after");
        }
    }

    @Test
    void aSocketBoundAnewIsNoticedWhileTheOldRuntimeStillAnswers() throws IOException {
        try (var old = serve("old")) {
            old.handle(RuntimeServiceGrpc.getGetContainerEventsMethod(), (_, _) -> {});
            assertThat(runtime.version().runtimeName()).isEqualTo("old");
            var events = runtime.containerEvents();
            await().until(() -> old.asked().size() == 2);
            Files.delete(socket);
            assertThat(runtime.version().runtimeName()).isEqualTo("old"); // no better one yet

            try (var _ = serve("new")) {
                assertThat(runtime.version().runtimeName()).isEqualTo("new");
                var end = catchThrowableOfType(RuntimeCallException.class, events::next);
                assertThat(end.isUnavailable()).isTrue();
            }
        }
    }

    @Test
    void aSocketNobodyListensOnIsUnavailable() throws IOException {
        var address = UnixDomainSocketAddress.of(socket);
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address);
        }

        var failure = failure();

        assertThat(failure.isUnavailable()).isTrue();
        assertThat(failure.detail()).contains("Connection refused");
    }

    @Test
    void aRefusedConnectionIsTriedAgainWithinSeconds() throws IOException {
        // A full backlog refuses too, and the socket stays the same one: only the back-off helps.
        var address = UnixDomainSocketAddress.of(socket);
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address, 1);
            var fillers = new ArrayList<SocketChannel>();
            while (true) {
                var filler = SocketChannel.open(StandardProtocolFamily.UNIX);
                filler.configureBlocking(false);
                fillers.add(filler);
                try {
                    filler.connect(address);
                } catch (IOException _) {
                    break; // EAGAIN: the backlog is full
                }
            }
            assertThat(failure().isUnavailable()).isTrue();
            for (var filler : fillers) {
                filler.close();
            }
            for (int i = 1; i < fillers.size(); i++) {
                listener.accept().close();
            }
            listener.configureBlocking(false);

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> {
                        assertThat(failure().isUnavailable()).isTrue();
                        return listener.accept() != null;
                    });
        }
    }
}
