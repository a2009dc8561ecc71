package dev.caravel.daemon.event;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.daemon.run.TokenBucket;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * core/v1 events with client-go's correlator (kubelet.md §9.6): equal events are counted in one
 * object, many that differ only in their message become one, and an object may have 25 at once and
 * one in five minutes then.
 */
final class CoreEventBook implements EventBook {
    private static final int REMEMBERED = 4096;

    /** With so many different messages in {@link #SIMILAR_WINDOW} events are combined. */
    private static final int SIMILAR = 10;

    private static final Duration SIMILAR_WINDOW = Duration.ofMinutes(10);
    private static final int SPAM_BURST = 25;
    private static final double SPAM_PER_SECOND = 1.0 / 300;

    private static final class Similar {
        final Set<String> messages = new HashSet<>();
        Instant last = Instant.MIN;
    }

    private record Sent(String name, int count, Instant first) {}

    private final String component;
    private final String host;
    private final Ticks ticks;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<String, Similar> similar = new LeastRecent<>(REMEMBERED);
    private final Map<String, Sent> sent = new LeastRecent<>(REMEMBERED);
    private final Map<String, TokenBucket> spam = new LeastRecent<>(REMEMBERED);

    /**
     * @param component {@code source.component}
     * @param host {@code source.host}, the node
     */
    CoreEventBook(String component, String host, Ticks ticks) {
        this.component = component;
        this.host = host;
        this.ticks = ticks;
    }

    @Override
    public Optional<EventCall> next(Occurrence occurrence) {
        String kind = occurrence.object() + '\0' + occurrence.type() + '\0' + occurrence.reason();
        boolean combine = tooManySimilar(kind, occurrence);
        String message = occurrence.message();
        String key = kind;
        if (combine) {
            message = "(combined from similar events): " + message;
        } else {
            key += '\0' + String.valueOf(occurrence.about().getFieldPath()) + '\0' + message;
        }
        Sent before = sent.get(key);
        Sent now =
                before == null
                        ? new Sent(name(occurrence), 1, occurrence.time())
                        : new Sent(before.name, before.count + 1, before.first);
        sent.put(key, now);
        TokenBucket budget =
                spam.computeIfAbsent(
                        occurrence.object() + '\0' + occurrence.type(),
                        object -> new TokenBucket(SPAM_PER_SECOND, SPAM_BURST, ticks));
        return budget.tryAcquire() ? Optional.of(call(occurrence, message, now)) : Optional.empty();
    }

    private boolean tooManySimilar(String kind, Occurrence occurrence) {
        Similar group = similar.computeIfAbsent(kind, key -> new Similar());
        if (group.last.isBefore(occurrence.time().minus(SIMILAR_WINDOW))) {
            group.messages.clear();
        }
        group.last = occurrence.time();
        group.messages.add(occurrence.message());
        if (group.messages.size() < SIMILAR) {
            return false;
        }
        group.messages.remove(group.messages.iterator().next()); // stays at the edge, grows no more
        return true;
    }

    /** Upstream's names: the object and the nanosecond, in hexadecimal. */
    private static String name(Occurrence occurrence) {
        Instant time = occurrence.time();
        long nanos = time.getEpochSecond() * 1_000_000_000L + time.getNano();
        return occurrence.about().getName() + "." + Long.toHexString(nanos);
    }

    private EventCall call(Occurrence occurrence, String message, Sent now) {
        String collection = "/api/v1/namespaces/" + occurrence.namespace() + "/events";
        EventCall.Create create =
                new EventCall.Create(collection, now.name, event(occurrence, message, now));
        if (now.count == 1) {
            return create;
        }
        Map<String, Object> patch = new HashMap<>();
        patch.put("count", now.count);
        patch.put("lastTimestamp", seconds(occurrence.time()));
        patch.put("message", message);
        return new EventCall.Repeat(collection, now.name, json.writeValueAsString(patch), create);
    }

    private Event event(Occurrence occurrence, String message, Sent now) {
        return new EventBuilder()
                .withNewMetadata()
                .withName(now.name)
                .withNamespace(occurrence.namespace())
                .withAnnotations(occurrence.annotations())
                .endMetadata()
                .withInvolvedObject(occurrence.about())
                .withReason(occurrence.reason())
                .withMessage(message)
                .withType(occurrence.type())
                .withCount(now.count)
                .withFirstTimestamp(seconds(now.first))
                .withLastTimestamp(seconds(occurrence.time()))
                .withNewSource(component, host)
                .withReportingComponent(component)
                .withReportingInstance(host)
                .build();
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
