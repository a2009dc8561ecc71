package dev.caravel.daemon.api;

import static dev.caravel.daemon.api.FakeApiServer.event;
import static dev.caravel.daemon.api.FakeApiServer.list;
import static dev.caravel.daemon.api.FakeApiServer.pod;
import static dev.caravel.daemon.api.FakeApiServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.api.FakeApiServer.Answer;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.ManualTicks;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpWatchTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicReference<Answer> listAnswer =
            new AtomicReference<>(Answer.json(list("10", pod("a", "5", "Running"))));
    private final WatchSpec<Pod, String> pods =
            WatchSpec.of("pods", Pod.class, "/api/v1/pods")
                    .withFields("spec.nodeName=n1")
                    .keeping(pod -> Optional.of(pod.getStatus().getPhase()));

    @SuppressWarnings("NullAway.Init")
    private FakeApiServer server;

    @SuppressWarnings("NullAway.Init")
    private HttpApiClient client;

    @BeforeEach
    void serve(@TempDir Path folder) throws Exception {
        server =
                new FakeApiServer(
                        folder,
                        x ->
                                x.query().first("watch").isPresent()
                                        ? Answer.json(FakeApiServer.WATCH)
                                        : listAnswer.get());
        client =
                HttpApiClient.open(
                        server.kubeconfig(),
                        new ApiSettings("test", "test", 0, 0, Duration.ofSeconds(10)),
                        ApiMetrics.in(new Metrics()),
                        Ticks.system());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private final WatchListener<String> listener =
            new WatchListener<>() {
                @Override
                public void onPut(String key, String value) {
                    heard.add("put " + key + " " + value);
                    if (value.equals("Explode")) {
                        throw new IllegalStateException("listener");
                    }
                }

                @Override
                public void onRemove(String key, String last) {
                    heard.add("remove " + key + " " + last);
                }

                @Override
                public void onSynced() {
                    heard.add("synced");
                }
            };

    @Test
    void listsThenFollowsEveryChange() throws Exception {
        Watched<String> watched = client.watch(pods, listener);
        assertThat(watched.awaitSynced(Duration.ofSeconds(10))).isTrue();
        assertThat(watched.get("shop/a")).contains("Running");
        server.events.add(event("ADDED", pod("b", "11", "Pending")));
        server.events.add(event("MODIFIED", pod("b", "12", "Running")));
        server.events.add(event("DELETED", pod("a", "13", "Running")));
        await().until(() -> heard.size() == 5);

        assertThat(heard)
                .containsExactly(
                        "put shop/a Running",
                        "synced",
                        "put shop/b Pending",
                        "put shop/b Running",
                        "remove shop/a Running");
        assertThat(watched.all()).containsOnlyKeys("shop/b");
        assertThat(watched.lastHeard()).isLessThan(Duration.ofSeconds(5));
        assertThat(server.requests.getFirst())
                .isEqualTo("GET /api/v1/pods?resourceVersion=0&fieldSelector=spec.nodeName%3Dn1");
        assertThat(server.requests.get(1))
                .matches(
                        "GET /api/v1/pods\\?watch=true&allowWatchBookmarks=true&timeoutSeconds="
                                + "[3-5]\\d\\d&resourceVersion=10&fieldSelector=spec.nodeName%3Dn1");
    }

    @Test
    void resumesWhereItWasWithoutListingAgain() throws Exception {
        client.watch(pods, listener);
        server.events.add(event("ADDED", pod("b", "11", "Pending")));
        server.events.add(
                event("BOOKMARK", "{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"99\"}}"));
        server.events.add(FakeApiServer.END);
        await().until(() -> server.requests.size() == 3);
        assertThat(server.requests.getLast()).contains("watch=true").contains("Version=99");
        server.events.add(event("MODIFIED", pod("b", "100", "Running")));
        await().until(() -> heard.contains("put shop/b Running"));
        assertThat(server.requests.stream().filter(r -> !r.contains("watch="))).hasSize(1);
    }

    @Test
    void listsAgainWhenTheServerHasForgottenAndTellsOnlyTheDifference() throws Exception {
        listAnswer.set(Answer.json(list("10", pod("a", "5", "Running"), pod("b", "6", "Running"))));
        client.watch(pods, listener);
        await().until(() -> heard.contains("synced"));
        listAnswer.set(
                Answer.json(list("50", pod("b", "6", "Running"), pod("c", "40", "Pending"))));
        server.events.add(event("ERROR", status(410, "Expired")));
        await().atMost(Duration.ofSeconds(15)).until(() -> heard.size() == 5);

        assertThat(heard)
                .containsExactly(
                        "put shop/a Running",
                        "put shop/b Running",
                        "synced",
                        "put shop/c Pending",
                        "remove shop/a Running");
        assertThat(server.requests.get(2))
                .isEqualTo("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dn1");
    }

    @Test
    void waitsAsLongAsARefusingServerAsks() throws Exception {
        listAnswer.set(
                new Answer(503, status(503, "ServiceUnavailable"), List.of("Retry-After: 2")));
        Watched<String> watched = client.watch(pods, listener);
        await().until(() -> server.requests.size() == 1);
        long refused = System.nanoTime();
        listAnswer.set(Answer.json(list("10")));
        assertThat(watched.awaitSynced(Duration.ofSeconds(15))).isTrue();
        assertThat(System.nanoTime() - refused).isGreaterThan(1_900_000_000L);
    }

    @Test
    void leavesOutAnObjectItCannotReadAndKeepsTheRest() throws Exception {
        String odd =
                pod("odd", "6", "Running").replace("\"nodeName\":\"n1\"", "\"hostNetwork\":[]");
        listAnswer.set(Answer.json(list("10", pod("a", "5", "Running"), odd)));
        Watched<String> watched = client.watch(pods, listener);
        assertThat(watched.awaitSynced(Duration.ofSeconds(15))).isTrue();
        assertThat(watched.all()).containsOnlyKeys("shop/a");
        server.events.add(event("ADDED", odd.replace("\"6\"", "\"11\"")));
        server.events.add(event("ADDED", pod("b", "12", "Running")));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> {
                    if (!heard.contains("put shop/b Running")) {
                        server.events.add(event("ADDED", pod("b", "12", "Running")));
                    }
                    assertThat(heard).contains("put shop/b Running");
                });
    }

    @Test
    void survivesAListenerThatThrowsAndGarbageFromTheServer() throws Exception {
        client.watch(pods, listener);
        server.events.add(event("ADDED", pod("x", "11", "Explode")));
        server.events.add("this is no json");
        await().until(() -> server.requests.size() >= 3);
        server.events.add(event("ADDED", pod("b", "12", "Running")));
        await().atMost(Duration.ofSeconds(15)).until(() -> heard.contains("put shop/b Running"));
        assertThat(server.requests.stream().filter(r -> !r.contains("watch="))).hasSize(1);
    }

    @Test
    void keepsOutWhatTheMappingDrops() throws Exception {
        WatchSpec<Pod, String> running =
                pods.keyedBy(WatchSpec.Key.UID)
                        .keeping(pod ->
                                Optional.of(pod.getStatus().getPhase()).filter("Running"::equals));
        Watched<String> watched = client.watch(running, listener);
        assertThat(watched.awaitSynced(Duration.ofSeconds(10))).isTrue();
        server.events.add(event("ADDED", pod("b", "11", "Pending")));
        server.events.add(event("MODIFIED", pod("a", "12", "Failed")));
        await().until(() -> heard.contains("remove u-a Running"));
        assertThat(heard).containsExactly("put u-a Running", "synced", "remove u-a Running");
    }

    @Test
    void saysNothingAfterItIsClosed() throws Exception {
        Watched<String> watched = client.watch(pods, listener);
        assertThat(watched.awaitSynced(Duration.ofSeconds(10))).isTrue();
        await().until(() -> server.requests.size() == 2);
        watched.close();
        server.events.add(event("ADDED", pod("b", "11", "Running")));
        await().during(Duration.ofMillis(500)).until(() -> !heard.contains("put shop/b Running"));
        await().until(() -> server.events.isEmpty() || server.connections() <= 2);
    }

    @Test
    void followsOneHundredAndFiftyWatchesAtOnce() throws Exception {
        List<Watched<String>> watches = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            watches.add(
                    client.watch(
                            WatchSpec.of("pod" + i, Pod.class, "/api/v1/pods" + i)
                                    .keeping(pod -> Optional.of(pod.getStatus().getPhase())),
                            listener));
        }
        for (Watched<String> watched : watches) {
            assertThat(watched.awaitSynced(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(heard).hasSize(300);
        watches.forEach(Watched::close);
    }

    @Test
    void givesConnectionsUpOnlyWhenTheServerIsSilent() {
        ConnectionHealth health = new ConnectionHealth(0);
        assertThat(health.timedOut(100)).isFalse();
        health.heard(150);
        assertThat(health.timedOut(120)).as("heard since it was sent").isFalse();
        assertThat(health.timedOut(200)).isFalse();
        assertThat(health.timedOut(210)).isTrue();
        health.heard(300);
        assertThat(health.heardAt()).isEqualTo(300);
        assertThat(health.timedOut(400)).isFalse();
    }

    @Test
    void closesStreamsTheServerShouldHaveEnded() throws Exception {
        ManualTicks ticks = new ManualTicks();
        try (HttpClient http = HttpClient.newHttpClient()) {
            Shard shard = new Shard(http, ticks::nanos);
            assertThat(shard.tryOpen()).isTrue();
            assertThat(shard.tryOpen()).isTrue();
            AtomicInteger closed = new AtomicInteger();
            InputStream body =
                    new ByteArrayInputStream(new byte[1]) {
                        @Override
                        public void close() {
                            closed.incrementAndGet();
                        }
                    };
            InputStream overdue = shard.watched(body, ticks.nanos() + 1000);
            InputStream later = shard.watched(body, ticks.nanos() + 1_000_000);
            ticks.advance(Duration.ofNanos(1001));
            shard.closeOverdue();
            assertThat(closed).hasValue(1);
            assertThat(shard.streams()).isEqualTo(1);
            overdue.close();
            later.close();
            later.close();
            assertThat(shard.streams()).isZero();
        }
    }

    @Test
    void sharesConnectionsAmongWatchesUpToTheServersLimit() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            Shard shard = new Shard(http, () -> 0);
            for (int i = 0; i < Shard.MAX_STREAMS; i++) {
                assertThat(shard.tryOpen()).isTrue();
            }
            assertThat(shard.tryOpen()).isFalse();
            shard.closeStream();
            assertThat(shard.tryOpen()).isTrue();
            assertThat(shard.streams()).isEqualTo(Shard.MAX_STREAMS);
        }
    }
}
