package dev.caravel.kubelet.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.kubelet.apifake.FakeApi;
import dev.caravel.kubelet.apifake.FakeApiClient;
import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiPodSourceTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private final ManualTicks ticks = new ManualTicks(START);
    private final FakeApiClient client = new FakeApiClient(new FakeApi());
    private final PodStore store = new PodStore(Set.of(PodSource.API));
    private final List<String> events = new ArrayList<>();
    private final ApiPodSource source = new ApiPodSource(client, "n1", store, new Events(), ticks);

    private final class Events implements EventSink {
        @Override
        public void event(
                PodRef pod, Optional<String> path, EventType type, String reason, String message) {
            events.add(pod + " " + type + " " + reason);
        }

        @Override
        public void nodeEvent(EventType type, String reason, String message) {
            throw new AssertionError("pods only");
        }
    }

    private static Pod pod(String name, String uid) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .endContainer()
                .endSpec()
                .build();
    }

    @Test
    void itWatchesThePodsOfTheNodeOnceHoweverOftenItIsStarted() {
        source.start();
        source.start();
        WatchSpec<?, ?> spec = client.watch("pods").spec();
        assertThat(spec.path()).isEqualTo("/api/v1/pods");
        assertThat(spec.fieldSelector()).contains("spec.nodeName=n1");
        assertThat(spec.key()).isEqualTo(WatchSpec.Key.UID);
    }

    @Test
    void theFirstListCountsOnlyWhenItIsComplete() {
        source.start();
        client.watch("pods").put(pod("a", "u1"));
        assertThat(store.all()).isEmpty();
        client.watch("pods").put(pod("b", "u2"));
        client.watch("pods").remove("u2");
        client.watch("pods").sync();

        assertThat(store.allSynced()).isTrue();
        assertThat(store.all()).extracting(p -> p.ref().uid()).containsExactly("u1");
    }

    @Test
    void changesAfterwardsCountOneByOne() {
        source.start();
        client.watch("pods").sync();
        client.watch("pods").put(pod("a", "u1"));
        assertThat(store.get("u1")).isPresent();
        client.watch("pods").remove("u1");
        assertThat(store.get("u1")).isEmpty();
    }

    @Test
    void podsAreStampedWithSourceAndTheTimeTheyWereFirstSeen() {
        source.start();
        client.watch("pods").sync();
        client.watch("pods").put(pod("a", "u1"));
        ticks.advance(Duration.ofMinutes(1));
        client.watch("pods")
                .put(
                        new PodBuilder(pod("a", "u1"))
                                .editMetadata()
                                .withAnnotations(Map.of("note", "kept"))
                                .endMetadata()
                                .build());

        DesiredPod a = store.get("u1").orElseThrow();
        assertThat(a.firstSeen()).isEqualTo(START);
        assertThat(a.pod().getMetadata().getAnnotations())
                .containsEntry("note", "kept")
                .containsEntry("kubernetes.io/config.source", "api")
                .containsEntry("kubernetes.io/config.seen", "2026-03-01T10:00:00Z");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "uid,true",
        "name,true",
        "namespace,true",
        "container,true",
        "twice,true",
        "none,true",
        "volume,true",
        "good,false"
    })
    void aPodWhoseNamesCannotBeUsedHereIsKeptOutAndHarmsNoOther(String fault, boolean refused) {
        UnaryOperator<PodBuilder> broken =
                switch (fault) {
                    case "uid" -> b -> b.editMetadata().withUid("../../etc").endMetadata();
                    case "name" -> b -> b.editMetadata().withName("a/b").endMetadata();
                    case "namespace" -> b -> b.editMetadata().withNamespace("..").endMetadata();
                    case "container" ->
                            b ->
                                    b.editSpec()
                                            .editFirstContainer()
                                            .withName("../c")
                                            .endContainer()
                                            .endSpec();
                    case "twice" ->
                            b ->
                                    b.editSpec()
                                            .addNewInitContainer()
                                            .withName("c")
                                            .endInitContainer()
                                            .endSpec();
                    case "none" -> b -> b.editSpec().withContainers().endSpec();
                    case "volume" ->
                            b -> b.editSpec().addNewVolume().withName("../v").endVolume().endSpec();
                    default -> b -> b;
                };
        source.start();
        client.watch("pods").sync();
        client.watch("pods").put(broken.apply(new PodBuilder(pod("a", "u1"))).build());
        client.watch("pods").put(pod("b", "u2"));

        assertThat(store.all()).hasSize(refused ? 1 : 2);
        assertThat(events.isEmpty()).isEqualTo(!refused || fault.equals("uid"));
    }
}
