package dev.caravel.cri.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.ContainerEvents;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.proto.cri.ContainerEventResponse;
import dev.caravel.proto.cri.ContainerEventType;
import dev.caravel.proto.cri.RuntimeServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamTest {
    private final ConcurrentLinkedQueue<String> observed = new ConcurrentLinkedQueue<>();
    private final CallObserver observer =
            (operation, _, failure) ->
                    observed.add(operation + " " + failure.map(Enum::name).orElse("ok"));

    @TempDir Path folder;
    private ScriptedServer server;
    private RuntimeConnection connection;

    @BeforeEach
    void start() {
        var socket = folder.resolve("cri.sock");
        server = new ScriptedServer(socket);
        connection = RuntimeConnection.open(new RuntimeEndpoint(socket));
    }

    @AfterEach
    void stop() {
        connection.close();
        server.close();
    }

    private ContainerEvents open(Consumer<StreamObserver<ContainerEventResponse>> script) {
        server.handle(
                RuntimeServiceGrpc.getGetContainerEventsMethod(),
                (_, stream) -> script.accept(stream));
        return new GrpcContainerRuntime(connection, Duration.ofSeconds(10), observer)
                .containerEvents();
    }

    private static ContainerEventResponse.Builder event(String id) {
        return ContainerEventResponse.newBuilder()
                .setContainerId(id)
                .setContainerEventType(ContainerEventType.CONTAINER_STOPPED_EVENT)
                .setCreatedAt(1_000_000_001L);
    }

    private static RuntimeCallException endOf(ContainerEvents events) {
        var end = catchThrowableOfType(RuntimeCallException.class, events::next);
        assertThat(end).isNotNull();
        return end;
    }

    @Test
    void anEventCarriesItsPod() {
        var events =
                open(stream ->
                        stream.onNext(
                                event("c1")
                                        .setPodSandboxStatus(Samples.sandboxStatus("s1"))
                                        .addContainersStatuses(Samples.containerStatus("c1"))
                                        .addContainersStatuses(
                                                Samples.containerStatus("c2").clearMetadata())
                                        .build()));

        var event = events.next();

        assertThat(event.containerId()).isEqualTo("c1");
        assertThat(event.type()).isEqualTo(dev.caravel.cri.ContainerEvent.Type.STOPPED);
        assertThat(event.createdAt()).isEqualTo(Instant.ofEpochSecond(1, 1));
        assertThat(event.sandbox().orElseThrow().id()).isEqualTo("s1");
        assertThat(event.containers()).extracting(ContainerStatus::id).containsExactly("c1");
    }

    @Test
    void whatCannotBeUsedIsSkipped() {
        var events =
                open(stream -> {
                    stream.onNext(event("").build());
                    stream.onNext(event("c1").setContainerEventTypeValue(99).build());
                    stream.onNext(event("c2").setCreatedAt(-1).build());
                    stream.onNext(
                            event("c3")
                                    .setPodSandboxStatus(Samples.sandboxStatus("s").clearMetadata())
                                    .build());
                });

        var event = events.next();

        assertThat(event.containerId()).isEqualTo("c3");
        assertThat(event.sandbox()).isEmpty();
    }

    @Test
    void moreEventsThanTheStreamReadsAheadAllArrive() {
        var events =
                open(stream -> {
                    for (int i = 0; i < 1000; i++) {
                        stream.onNext(event("c" + i).build());
                    }
                    stream.onCompleted();
                });

        for (int i = 0; i < 1000; i++) {
            assertThat(events.next().containerId()).isEqualTo("c" + i);
        }
        assertThat(endOf(events).isUnavailable()).isTrue();
        assertThat(endOf(events).isUnavailable()).isTrue();
        assertThat(observed).containsExactly("get_container_events UNAVAILABLE");
    }

    @Test
    void aRuntimeThatGoesAwayEndsTheStream() {
        var events = open(stream -> stream.onNext(event("c1").build()));
        events.next();

        server.close();

        var end = endOf(events);
        assertThat(end.isUnavailable()).isTrue();
        assertThat(end.detail()).contains(folder.resolve("cri.sock").toString());
    }

    @Test
    void aRuntimeWithoutEventsIsUnimplemented() {
        var events =
                new GrpcContainerRuntime(connection, Duration.ofSeconds(10), observer)
                        .containerEvents();

        assertThat(endOf(events).isUnimplemented()).isTrue();
        assertThat(observed).containsExactly("get_container_events UNIMPLEMENTED");
    }

    @Test
    void closingWakesTheReaderAndTellsTheRuntime() throws Exception {
        var open = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        server.hang(
                RuntimeServiceGrpc.getGetContainerEventsMethod(),
                open::countDown,
                cancelled::countDown);
        var events =
                new GrpcContainerRuntime(connection, Duration.ofSeconds(10), observer)
                        .containerEvents();
        var end = new AtomicReference<RuntimeCallException>();
        var reader = Thread.ofVirtual().start(() -> end.set(endOf(events)));
        open.await();

        events.close();

        reader.join();
        cancelled.await();
        assertThat(end.get().isCancelled()).isTrue();
        assertThat(observed).containsExactly("get_container_events ok");
    }

    @Test
    void anInterruptEndsTheStreamAndStaysSet() throws Exception {
        var events = open(_ -> {});
        var end = new AtomicReference<RuntimeCallException>();
        var flag = new AtomicReference<Boolean>();
        var reader =
                Thread.ofVirtual()
                        .start(() -> {
                            end.set(endOf(events));
                            flag.set(Thread.currentThread().isInterrupted());
                        });

        reader.interrupt();

        reader.join();
        assertThat(end.get().isCancelled()).isTrue();
        assertThat(flag.get()).isTrue();
        await().untilAsserted(
                        () -> assertThat(observed).containsExactly("get_container_events ok"));
    }
}
