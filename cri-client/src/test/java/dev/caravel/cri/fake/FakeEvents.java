package dev.caravel.cri.fake;

import dev.caravel.cri.ContainerEvent;
import dev.caravel.cri.ContainerEvents;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** Gives every event to every open stream. */
final class FakeEvents {
    private static final String OPERATION = "get_container_events";

    private final List<Stream> streams = new CopyOnWriteArrayList<>();

    private sealed interface Item {
        record Event(ContainerEvent event) implements Item {}

        record End(Code code, String detail) implements Item {}
    }

    void publish(ContainerEvent event) {
        streams.forEach(stream -> stream.queue.add(new Item.Event(event)));
    }

    ContainerEvents open() {
        var stream = new Stream();
        streams.add(stream);
        return stream;
    }

    /** A stream of a runtime that has none. */
    static ContainerEvents unimplemented() {
        var stream = new FakeEvents().new Stream();
        stream.end(Code.UNIMPLEMENTED, "method GetContainerEvents not implemented");
        return stream;
    }

    /** Ends every stream as a runtime does that goes away. */
    void endAll() {
        streams.forEach(stream -> stream.end(Code.UNAVAILABLE, "the runtime went away"));
    }

    int count() {
        return streams.size();
    }

    final class Stream implements ContainerEvents {
        private final LinkedBlockingQueue<Item> queue = new LinkedBlockingQueue<>();

        private void end(Code code, String detail) {
            streams.remove(this);
            queue.add(new Item.End(code, detail));
        }

        @Override
        public ContainerEvent next() {
            try {
                return switch (queue.take()) {
                    case Item.Event(var event) -> event;
                    case Item.End end -> {
                        queue.add(end);
                        throw new RuntimeCallException(OPERATION, "", end.code(), end.detail());
                    }
                };
            } catch (InterruptedException e) {
                close();
                Thread.currentThread().interrupt();
                throw new RuntimeCallException(
                        OPERATION, "", Code.CANCELLED, "the reading thread was interrupted", e);
            }
        }

        @Override
        public void close() {
            end(Code.CANCELLED, "the event stream was closed");
        }
    }
}
