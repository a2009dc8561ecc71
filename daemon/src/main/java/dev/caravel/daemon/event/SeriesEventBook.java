package dev.caravel.daemon.event;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * events.k8s.io/v1 events, as kube-proxy sends them: what repeats becomes a series of the first
 * event, told at once the first time and then every six minutes.
 */
final class SeriesEventBook implements EventBook {
    private static final int REMEMBERED = 1024;
    private static final Duration TELL_AGAIN = Duration.ofMinutes(6);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final class Series {
        final String name;
        int count = 1;
        Instant told;
        Instant seen;

        Series(String name, Instant at) {
            this.name = name;
            this.told = at;
            this.seen = at;
        }
    }

    private final String controller;
    private final String instance;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<String, Series> known = new LeastRecent<>(REMEMBERED);

    /**
     * @param controller {@code reportingController}, for example {@code kube-proxy}
     * @param host the node; the instance is {@code controller-host} as upstream names it
     */
    SeriesEventBook(String controller, String host) {
        this.controller = controller;
        this.instance = controller + "-" + host;
    }

    @Override
    public Optional<EventCall> next(Occurrence occurrence) {
        String key =
                String.join(
                        "\0",
                        occurrence.object(),
                        occurrence.type(),
                        occurrence.reason(),
                        occurrence.action(),
                        occurrence.message());
        Instant now = occurrence.time();
        Series series = known.get(key);
        if (series == null || series.seen.isBefore(now.minus(TELL_AGAIN))) {
            Series begun = new Series(name(occurrence), now);
            known.put(key, begun);
            return Optional.of(create(occurrence, begun));
        }
        series.count++;
        series.seen = now;
        if (series.count > 2 && series.told.isAfter(now.minus(TELL_AGAIN))) {
            return Optional.empty();
        }
        series.told = now;
        EventCall.Create create = create(occurrence, series);
        String patch =
                json.writeValueAsString(
                        Map.of(
                                "series",
                                Map.of(
                                        "count",
                                        series.count,
                                        "lastObservedTime",
                                        MICROS.format(now))));
        return Optional.of(new EventCall.Repeat(create.collection(), series.name, patch, create));
    }

    private static String name(Occurrence occurrence) {
        Instant time = occurrence.time();
        long nanos = time.getEpochSecond() * 1_000_000_000L + time.getNano();
        return occurrence.about().getName() + "." + Long.toHexString(nanos);
    }

    private EventCall.Create create(Occurrence occurrence, Series series) {
        Event event =
                new EventBuilder()
                        .withNewMetadata()
                        .withName(series.name)
                        .withNamespace(occurrence.namespace())
                        .withAnnotations(occurrence.annotations())
                        .endMetadata()
                        .withEventTime(new MicroTime(MICROS.format(occurrence.time())))
                        .withReportingController(controller)
                        .withReportingInstance(instance)
                        .withAction(occurrence.action())
                        .withReason(occurrence.reason())
                        .withRegarding(occurrence.about())
                        .withNote(occurrence.message())
                        .withType(occurrence.type())
                        .build();
        String collection =
                "/apis/events.k8s.io/v1/namespaces/" + occurrence.namespace() + "/events";
        return new EventCall.Create(collection, series.name, event);
    }
}
