package dev.caravel.daemon.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.run.ManualTicks;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventBookTest {
    private static final ObjectReference WEB =
            new ObjectReferenceBuilder()
                    .withKind("Pod")
                    .withApiVersion("v1")
                    .withNamespace("shop")
                    .withName("cart")
                    .withUid("u1")
                    .withFieldPath("spec.containers{web}")
                    .build();
    private static final ObjectReference NODE =
            new ObjectReferenceBuilder().withKind("Node").withName("n1").withUid("n1").build();

    private final ManualTicks ticks = new ManualTicks();
    private final CoreEventBook book = new CoreEventBook("kubelet", "n1", ticks);

    private Optional<EventCall> next(ObjectReference about, String reason, String message) {
        return book.next(
                new Occurrence(
                        about, "Normal", reason, "", message, Map.of("a", "b"), ticks.now()));
    }

    private static Event event(EventCall call) {
        return (Event)
                switch (call) {
                    case EventCall.Create create -> create.body();
                    case EventCall.Repeat repeat -> repeat.instead().body();
                };
    }

    @Test
    void makesEventsLikeTheKubelets() {
        EventCall call = next(WEB, "Started", "Container started").orElseThrow();
        assertThat(call).isInstanceOf(EventCall.Create.class);
        assertThat(call.collection()).isEqualTo("/api/v1/namespaces/shop/events");
        Event event = event(call);
        assertThat(event.getMetadata().getName()).matches("cart\\.[0-9a-f]{16}");
        assertThat(event.getMetadata().getNamespace()).isEqualTo("shop");
        assertThat(event.getMetadata().getAnnotations()).containsEntry("a", "b");
        assertThat(event.getInvolvedObject()).isEqualTo(WEB);
        assertThat(event.getSource().getComponent()).isEqualTo("kubelet");
        assertThat(event.getSource().getHost()).isEqualTo("n1");
        assertThat(event.getReportingComponent()).isEqualTo("kubelet");
        assertThat(event.getReportingInstance()).isEqualTo("n1");
        assertThat(event.getCount()).isEqualTo(1);
        assertThat(event.getFirstTimestamp()).isEqualTo("2026-11-24T08:00:00Z");
        assertThat(event.getLastTimestamp()).isEqualTo("2026-11-24T08:00:00Z");
        assertThat(next(NODE, "Starting", "").orElseThrow().collection())
                .isEqualTo("/api/v1/namespaces/default/events");
    }

    @Test
    void countsEqualEventsInOneObject() {
        EventCall first = next(WEB, "BackOff", "restarting").orElseThrow();
        ticks.advance(Duration.ofSeconds(10));
        EventCall.Repeat second =
                (EventCall.Repeat) next(WEB, "BackOff", "restarting").orElseThrow();
        assertThat(second.name()).isEqualTo(first.name());
        assertThat(second.patch())
                .contains("\"count\":2")
                .contains("\"lastTimestamp\":\"2026-11-24T08:00:10Z\"")
                .contains("\"message\":\"restarting\"");
        assertThat(event(second).getFirstTimestamp()).isEqualTo("2026-11-24T08:00:00Z");
        assertThat(event(second).getCount()).isEqualTo(2);
        ObjectReference other =
                new ObjectReferenceBuilder(WEB).withFieldPath("spec.containers{log}").build();
        assertThat(next(other, "BackOff", "restarting").orElseThrow())
                .isInstanceOf(EventCall.Create.class);
    }

    @Test
    void combinesEventsThatDifferOnlyInTheirMessage() {
        List<String> messages = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            messages.add(event(next(WEB, "Unhealthy", "probe " + i).orElseThrow()).getMessage());
        }
        assertThat(messages.subList(0, 9)).noneMatch(message -> message.startsWith("("));
        assertThat(messages.get(9)).isEqualTo("(combined from similar events): probe 10");
        EventCall combined = next(WEB, "Unhealthy", "probe 13").orElseThrow();
        assertThat(combined).isInstanceOf(EventCall.Repeat.class);
        assertThat(event(combined).getCount()).isEqualTo(4);

        ticks.advance(Duration.ofMinutes(11));
        assertThat(event(next(WEB, "Unhealthy", "probe 14").orElseThrow()).getMessage())
                .isEqualTo("probe 14");
    }

    @Test
    void letsAnObjectHaveTwentyFiveAtOnceAndOneInFiveMinutesThen() {
        int sent = 0;
        for (int i = 0; i < 40; i++) {
            sent += next(WEB, "Reason" + i, "text").isPresent() ? 1 : 0;
        }
        assertThat(sent).isEqualTo(25);
        assertThat(next(NODE, "Starting", "other object")).isPresent();
        ticks.advance(Duration.ofMinutes(5));
        assertThat(next(WEB, "Later", "text")).isPresent();
        assertThat(next(WEB, "Later", "text")).isEmpty();
    }

    @Test
    void remembersOnlySoManyObjects() {
        for (int i = 0; i < 10_000; i++) {
            ObjectReference pod = new ObjectReferenceBuilder(WEB).withUid("u" + i).build();
            assertThat(next(pod, "Started", "text")).isPresent();
        }
        assertThat(next(WEB, "Started", "text").orElseThrow())
                .as("forgotten, so created again")
                .isInstanceOf(EventCall.Create.class);
    }

    @Test
    void cutsMessagesOfUnboundedLength() {
        Event event = event(next(WEB, "Failed", "x".repeat(100_000)).orElseThrow());
        assertThat(event.getMessage()).hasSize(16 << 10);
    }

    @Test
    void tellsASeriesAtOnceAndThenEverySixMinutes() {
        SeriesEventBook series = new SeriesEventBook("kube-proxy", "n1");
        List<String> told = new ArrayList<>();
        for (int minute = 0; minute < 15; minute++) {
            Occurrence occurrence =
                    new Occurrence(
                            NODE, "Warning", "Failed", "Listen", "port 1", Map.of(), ticks.now());
            Optional<EventCall> call = series.next(occurrence);
            if (call.isPresent()) {
                told.add(minute + " " + call.get().getClass().getSimpleName());
                if (call.get() instanceof EventCall.Repeat repeat) {
                    assertThat(repeat.patch()).contains("\"count\":" + (minute + 1));
                }
            }
            ticks.advance(Duration.ofMinutes(1));
        }
        assertThat(told).containsExactly("0 Create", "1 Repeat", "7 Repeat", "13 Repeat");

        EventCall.Create other =
                (EventCall.Create)
                        series.next(
                                        new Occurrence(
                                                NODE,
                                                "Normal",
                                                "Starting",
                                                "StartKubeProxy",
                                                "",
                                                Map.of(),
                                                ticks.now()))
                                .orElseThrow();
        var event = (io.fabric8.kubernetes.api.model.events.v1.Event) other.body();
        assertThat(other.collection())
                .isEqualTo("/apis/events.k8s.io/v1/namespaces/default/events");
        assertThat(event.getReportingController()).isEqualTo("kube-proxy");
        assertThat(event.getReportingInstance()).isEqualTo("kube-proxy-n1");
        assertThat(event.getAction()).isEqualTo("StartKubeProxy");
        assertThat(event.getEventTime().getTime()).isEqualTo("2026-11-24T08:15:00.000000Z");
        assertThat(event.getRegarding()).isEqualTo(NODE);
    }
}
