package dev.caravel.daemon.event;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events from a bounded queue on a thread of its own. How many a second is the business of
 * the client behind {@link ApiRequests} ({@code eventRecordQPS}, {@code eventBurst}).
 */
public final class QueuedEventRecorder implements EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(QueuedEventRecorder.class);

    /** client-go's figures: 1000 waiting, 12 tries ten seconds apart. */
    private static final int QUEUE = 1000;

    private static final int TRIES = 12;
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(10);

    /** What is queued when the daemon ends gets this long. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final EventBook book;
    private final ApiRequests api;
    private final Ticks ticks;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final BlockingQueue<Occurrence> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Events as the kubelet sends them.
     *
     * @param component for example {@code kubelet}
     * @param host the node
     */
    public static QueuedEventRecorder core(
            String component, String host, ApiRequests api, Ticks ticks) {
        return new QueuedEventRecorder(new CoreEventBook(component, host, ticks), api, ticks);
    }

    /**
     * Events as kube-proxy sends them (events.k8s.io).
     *
     * @param controller for example {@code kube-proxy}
     * @param host the node
     */
    public static QueuedEventRecorder series(
            String controller, String host, ApiRequests api, Ticks ticks) {
        return new QueuedEventRecorder(new SeriesEventBook(controller, host), api, ticks);
    }

    private QueuedEventRecorder(EventBook book, ApiRequests api, Ticks ticks) {
        this.book = book;
        this.api = api;
        this.ticks = ticks;
        this.thread = Thread.ofVirtual().name("events/send").start(this::run);
    }

    @Override
    public void event(
            ObjectReference about,
            String type,
            String reason,
            String message,
            Map<String, String> annotations) {
        add(new Occurrence(about, type, reason, "", message, annotations, ticks.now()));
    }

    @Override
    public void action(
            ObjectReference about, String type, String reason, String action, String note) {
        add(new Occurrence(about, type, reason, action, note, Map.of(), ticks.now()));
    }

    private void add(Occurrence occurrence) {
        LOG.atDebug()
                .setMessage("Event occurred")
                .addKeyValue("object", occurrence.namespace() + "/" + occurrence.about().getName())
                .addKeyValue("kind", occurrence.about().getKind())
                .addKeyValue("type", occurrence.type())
                .addKeyValue("reason", occurrence.reason())
                .addKeyValue("message", occurrence.message())
                .log();
        if (closed || !queue.offer(occurrence)) {
            long count = dropped.incrementAndGet();
            LOG.warn("Event queue is full; {} events dropped so far", count);
        }
    }

    /** Events that found no room. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        try {
            while (true) {
                Optional<EventCall> call = book.next(queue.take());
                if (call.isPresent()) {
                    deliver(call.get());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Sending events ends with {} left", queue.size());
        }
    }

    private void deliver(EventCall call) throws InterruptedException {
        for (int tried = 1; ; tried++) {
            try {
                send(call);
                return;
            } catch (ApiException e) {
                refused(call, e);
                return;
            } catch (IOException e) {
                if (tried == TRIES || closed) {
                    LOG.error(
                            "Unable to write event {}: {}; giving up", call.name(), e.getMessage());
                    return;
                }
                LOG.debug("Unable to write event {}: {}; will retry", call.name(), e.getMessage());
            }
            // the first pause is random, so that nodes do not all return together
            long millis = BETWEEN_TRIES.toMillis();
            ticks.sleep(tried == 1 ? Duration.ofMillis(random.nextLong(millis)) : BETWEEN_TRIES);
        }
    }

    private void send(EventCall call) throws IOException, InterruptedException {
        switch (call) {
            case EventCall.Create create -> create(create);
            case EventCall.Repeat repeat -> {
                try {
                    api.patch(
                            Answer.class,
                            repeat.collection() + "/" + repeat.name(),
                            PatchType.STRATEGIC_MERGE,
                            repeat.patch());
                } catch (ApiException e) {
                    if (!e.notFound()) {
                        throw e;
                    }
                    create(repeat.instead()); // events live for an hour
                }
            }
        }
    }

    private void create(EventCall.Create create) throws IOException, InterruptedException {
        api.create(Answer.class, create.collection(), create.body());
    }

    /** Nothing in the answer is of interest. */
    @com.fasterxml.jackson.annotation.JsonIgnoreProperties(ignoreUnknown = true)
    private static final class Answer implements KubernetesResource {
        private static final long serialVersionUID = 1;
    }

    private static void refused(EventCall call, ApiException e) {
        boolean expected =
                e.alreadyExists() || String.valueOf(e.getMessage()).contains("being terminated");
        if (expected) {
            LOG.debug("Server rejected event {}: {}", call.name(), e.getMessage());
        } else {
            LOG.error(
                    "Server rejected event {}: {}; not trying again", call.name(), e.getMessage());
        }
    }

    @Override
    public void close() {
        long until = ticks.nanos() + LAST_WORDS.toNanos();
        try {
            while (!queue.isEmpty() && ticks.nanos() - until < 0) {
                ticks.sleep(Duration.ofMillis(20));
            }
            closed = true;
            thread.interrupt();
            thread.join(LAST_WORDS);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
