package dev.caravel.kubelet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.PodSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestUrlSourceTest {
    private static final Duration PERIOD = Duration.ofSeconds(20);
    private static final String POD =
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"%s\"},"
                    + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"%s\"}]}}";

    private final ManualTicks ticks = new ManualTicks(Instant.parse("2026-03-01T10:00:00Z"));
    private final PodStore store = new PodStore(Set.of(PodSource.HTTP));
    private final AtomicReference<String> body = new AtomicReference<>("");
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicReference<List<String>> secret = new AtomicReference<>(List.of());
    private HttpServer server;
    private ManifestUrlSource source;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/pods",
                exchange -> {
                    secret.set(exchange.getRequestHeaders().getOrDefault("X-token", List.of()));
                    byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(
                            status.get(), bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                    requests.incrementAndGet();
                });
        server.start();
        source =
                new ManifestUrlSource(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/pods"),
                        Map.of("X-Token", List.of("a", "b")),
                        PERIOD,
                        new StaticPods("n1", false),
                        store,
                        ticks);
    }

    @AfterEach
    void stop() {
        source.close();
        server.stop(0);
    }

    private void nextLook() {
        int before = requests.get();
        await().until(() -> ticks.sleepers() == 1);
        ticks.advance(PERIOD);
        await().until(() -> requests.get() > before && ticks.sleepers() == 1);
    }

    private List<String> images() {
        return store.all().stream()
                .map(p ->
                        p.ref().name()
                                + " "
                                + p.pod().getSpec().getContainers().getFirst().getImage())
                .sorted()
                .toList();
    }

    @Test
    void aPodIsReadAndFollowedWithTheConfiguredHeaders() {
        body.set(POD.formatted("a", "one"));
        source.start();
        await().until(() -> images().equals(List.of("a-n1 one")));
        assertThat(secret.get()).containsExactly("a", "b");
        assertThat(store.all().getFirst().source()).isEqualTo(PodSource.HTTP);

        body.set(POD.formatted("a", "two"));
        nextLook();
        assertThat(images()).containsExactly("a-n1 two");
    }

    @Test
    void aListMayHoldAnUnusablePod() {
        body.set(
                "{\"apiVersion\":\"v1\",\"kind\":\"PodList\",\"items\":["
                        + POD.formatted("a", "one")
                        + ",{\"metadata\":{\"name\":\"b\"},\"spec\":{\"containers\":[{\"name\":\"c\"}]}}"
                        + ",{\"metadata\":{\"name\":\"d\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"x\"}]}}]}");
        source.start();
        await().until(() -> images().equals(List.of("a-n1 one", "d-n1 x")));
    }

    @Test
    void anErrorLeavesWhatIsKnownAndAnEmptyAnswerEndsIt() {
        body.set(POD.formatted("a", "one"));
        source.start();
        await().until(() -> images().equals(List.of("a-n1 one")));

        status.set(500);
        nextLook();
        body.set("nonsense");
        status.set(200);
        nextLook();
        assertThat(images()).containsExactly("a-n1 one");

        body.set("");
        nextLook();
        assertThat(images()).isEmpty();

        body.set(POD.formatted("a", "one"));
        nextLook();
        assertThat(images()).containsExactly("a-n1 one");
    }

    @Test
    void anUnreachableServerIsNoEmptyAnswer() {
        server.stop(0);
        source.start();
        await().until(() -> ticks.sleepers() == 1);
        assertThat(store.synced(PodSource.HTTP)).isFalse();
    }
}
