package dev.caravel.cri.grpc;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.ContainerEvent;
import dev.caravel.cri.ContainerEvents;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.SandboxStatus;
import dev.caravel.proto.cri.ContainerEventResponse;
import dev.caravel.proto.cri.ContainerEventType;
import dev.caravel.proto.cri.GetEventsRequest;
import dev.caravel.proto.cri.RuntimeServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event stream as a queue its reader empties; the runtime may be at most {@link #AHEAD} events
 * ahead.
 */
final class EventStream implements ContainerEvents {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final Calls.Subject SUBJECT = new Calls.Subject("get_container_events", "");
    private static final int AHEAD = 64;

    private final LinkedBlockingQueue<Item> queue = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ClientCall<GetEventsRequest, ContainerEventResponse> call;
    private final Calls calls;

    private sealed interface Item {
        record Event(ContainerEventResponse event) implements Item {}

        record End(Status status) implements Item {}
    }

    EventStream(Channel channel, Calls calls, CallObserver observer) {
        this.calls = calls;
        this.call =
                channel.newCall(
                        RuntimeServiceGrpc.getGetContainerEventsMethod(), CallOptions.DEFAULT);
        call.start(new Receiver(queue, closed, observer), new Metadata());
        call.request(AHEAD);
        call.sendMessage(GetEventsRequest.getDefaultInstance());
        call.halfClose();
    }

    /** Puts what arrives into the queue; runs on the event loop and so must only do that. */
    private static final class Receiver extends ClientCall.Listener<ContainerEventResponse> {
        private final LinkedBlockingQueue<Item> queue;
        private final AtomicBoolean closed;
        private final CallObserver observer;
        private final long start = System.nanoTime();

        Receiver(LinkedBlockingQueue<Item> queue, AtomicBoolean closed, CallObserver observer) {
            this.queue = queue;
            this.closed = closed;
            this.observer = observer;
        }

        @Override
        public void onMessage(ContainerEventResponse event) {
            queue.add(new Item.Event(event));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            observer.onCall(
                    SUBJECT.operation(),
                    Duration.ofNanos(System.nanoTime() - start),
                    closed.get() ? Optional.empty() : Optional.of(Calls.code(failure(status))));
            queue.add(new Item.End(status));
        }
    }

    /** A stream the runtime ends by itself, even in order, is one that is no longer available. */
    private static Status failure(Status status) {
        return status.isOk()
                ? Status.UNAVAILABLE.withDescription("the runtime ended the event stream")
                : status;
    }

    @Override
    public ContainerEvent next() {
        while (true) {
            switch (take()) {
                case Item.Event(var event) -> {
                    call.request(1);
                    var readable = read(event);
                    if (readable.isPresent()) {
                        return readable.get();
                    }
                }
                case Item.End(var status) -> {
                    queue.add(new Item.End(status)); // whoever asks again gets the same answer
                    throw end(status);
                }
            }
        }
    }

    private Item take() {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new RuntimeCallException(
                    SUBJECT.operation(),
                    "",
                    Code.CANCELLED,
                    "given up: the reading thread was interrupted",
                    e);
        }
    }

    private RuntimeCallException end(Status status) {
        if (closed.get()) {
            return new RuntimeCallException(
                    SUBJECT.operation(), "", Code.CANCELLED, "the event stream was closed");
        }
        var failure = failure(status);
        return calls.failure(SUBJECT, failure, Optional.empty(), failure.asRuntimeException());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            call.cancel("the event stream was closed", null);
        }
    }

    /**
     * The event, or absent when not even what it is about can be told. What hangs on it is best
     * effort.
     */
    private static Optional<ContainerEvent> read(ContainerEventResponse event) {
        try {
            return Optional.of(
                    new ContainerEvent(
                            Answer.id("container_id", event.getContainerId()),
                            read(event.getContainerEventType()),
                            Answer.time("created_at", event.getCreatedAt()),
                            sandbox(event),
                            containers(event)));
        } catch (Answer.Unusable e) {
            warn(event, "The runtime sent an event that cannot be used; it is skipped", e);
            return Optional.empty();
        }
    }

    private static Optional<SandboxStatus> sandbox(ContainerEventResponse event) {
        if (!event.hasPodSandboxStatus()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SandboxWire.read(event.getPodSandboxStatus()));
        } catch (Answer.Unusable e) {
            warn(event, "The sandbox status of an event cannot be used; it is left out", e);
            return Optional.empty();
        }
    }

    private static List<ContainerStatus> containers(ContainerEventResponse event) {
        var listed =
                Answer.listing(
                        event.getContainersStatusesList(),
                        dev.caravel.proto.cri.ContainerStatus::getId,
                        c -> ContainerWire.read(c, Map.of()));
        for (var bad : listed.unusable()) {
            log.atWarn()
                    .setMessage("A container status of an event cannot be used; it is left out")
                    .addKeyValue("container", bad.id())
                    .addKeyValue("problem", bad.problem())
                    .log();
        }
        return listed.items();
    }

    private static void warn(ContainerEventResponse event, String message, Answer.Unusable e) {
        log.atWarn()
                .setMessage(message)
                .addKeyValue("container", event.getContainerId())
                .addKeyValue("problem", e.getMessage())
                .log();
    }

    private static ContainerEvent.Type read(ContainerEventType type) {
        return switch (type) {
            case CONTAINER_CREATED_EVENT -> ContainerEvent.Type.CREATED;
            case CONTAINER_STARTED_EVENT -> ContainerEvent.Type.STARTED;
            case CONTAINER_STOPPED_EVENT -> ContainerEvent.Type.STOPPED;
            case CONTAINER_DELETED_EVENT -> ContainerEvent.Type.DELETED;
            case UNRECOGNIZED -> throw new Answer.Unusable("the type of the event is unknown");
        };
    }
}
