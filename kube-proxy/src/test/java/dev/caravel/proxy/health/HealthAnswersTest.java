package dev.caravel.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.linux.ip.IpFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthAnswersTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ManualTicks ticks = new ManualTicks();
    private final ProxyHealth health = new ProxyHealth(TIMEOUT, ticks);
    private final List<Integer> healthz = new ArrayList<>();
    private final List<Integer> livez = new ArrayList<>();
    private boolean eligible = true;
    private HttpServer server;
    private HttpClient client;

    @BeforeEach
    void serve() throws IOException {
        HealthAnswers answers = new HealthAnswers(health, () -> eligible, healthz::add, livez::add);
        server =
                HttpServer.start(
                        HttpServerSettings.of(
                                "healthz",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Optional.empty()),
                        answers.routes());
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return client.send(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void isHealthyBeforeTheFirstSync() throws Exception {
        health.queued(IpFamily.IPV4);
        ticks.pass(TIMEOUT.multipliedBy(2));
        HttpResponse<String> answer = get("/healthz");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"lastUpdated\":\"2026-11-24T08:02:00.500Z\","
                                + "\"currentTime\":\"2026-11-24T08:02:00.500Z\","
                                + "\"nodeEligible\":true,\"healthy\":true}");
    }

    @Test
    void aChangeThatWaitsTooLongIsUnhealthyUntilItIsSynced() throws Exception {
        health.updated(IpFamily.IPV4);
        health.updated(IpFamily.IPV6);
        health.queued(IpFamily.IPV6);
        ticks.pass(TIMEOUT.minusMillis(1));
        health.queued(IpFamily.IPV6);
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        ticks.pass(Duration.ofMillis(1));
        HttpResponse<String> late = get("/livez");
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body())
                .isEqualTo(
                        "{\"lastUpdated\":\"2026-11-24T08:00:00.500Z\","
                                + "\"currentTime\":\"2026-11-24T08:01:00.500Z\","
                                + "\"healthy\":false,\"status\":{"
                                + "\"IPv4\":{\"lastUpdated\":\"2026-11-24T08:00:00.500Z\","
                                + "\"healthy\":true},"
                                + "\"IPv6\":{\"lastUpdated\":\"2026-11-24T08:00:00.500Z\","
                                + "\"healthy\":false}}}");
        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        health.updated(IpFamily.IPV6);
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(livez).containsExactly(200, 503, 200);
        assertThat(healthz).containsExactly(503);
    }

    @Test
    void aNodeThatIsToGoIsNotEligibleButAlive() throws Exception {
        eligible = false;
        HttpResponse<String> answer = get("/healthz");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"nodeEligible\":false,\"healthy\":true");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/other").statusCode()).isEqualTo(404);
    }
}
