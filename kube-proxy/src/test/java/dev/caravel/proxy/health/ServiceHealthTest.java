package dev.caravel.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.ServiceKey;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceHealthTest {
    private static final ServiceKey CART = new ServiceKey("shop", "cart");

    private final List<String> failures = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private boolean proxyHealthy = true;
    private ServiceHealth health;
    private int port;

    @BeforeEach
    void open() throws IOException {
        health =
                new ServiceHealth(
                        "n1",
                        List.of(),
                        () -> proxyHealthy,
                        (service, message) -> failures.add(service + ": " + message));
        port = freePort();
    }

    @AfterEach
    void close() {
        health.close();
        client.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private void report(IpFamily family, int localEndpoints) {
        health.report(family, CART, Optional.of(new ServiceHealth.Report(port, localEndpoints)));
    }

    private HttpResponse<String> get(String host) throws Exception {
        URI uri = URI.create("http://" + host + ":" + port + "/any/path");
        return client.send(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void saysHowManyEndpointsAreHere() throws Exception {
        report(IpFamily.IPV4, 2);
        HttpResponse<String> answer = get("127.0.0.1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        """
                        {
                        \t"service": {
                        \t\t"namespace": "shop",
                        \t\t"name": "cart"
                        \t},
                        \t"localEndpoints": 2,
                        \t"serviceProxyHealthy": true
                        }\
                        """);
        assertThat(answer.headers().firstValue("X-Load-Balancing-Endpoint-Weight")).contains("2");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        report(IpFamily.IPV4, 0);
        assertThat(get("127.0.0.1").statusCode()).isEqualTo(503);
        report(IpFamily.IPV4, 1);
        proxyHealthy = false;
        assertThat(get("127.0.0.1").statusCode()).isEqualTo(503);
        assertThat(get("127.0.0.1").body()).contains("\"serviceProxyHealthy\": false");
    }

    @Test
    void answersForTheFamilyTheClientComesWith() throws Exception {
        report(IpFamily.IPV4, 1);
        report(IpFamily.IPV6, 0);
        assertThat(get("127.0.0.1").statusCode()).isEqualTo(200);
        assertThat(get("[::1]").statusCode()).isEqualTo(503);
        health.report(IpFamily.IPV4, CART, Optional.empty());
        assertThat(get("[::1]").statusCode()).isEqualTo(503);
        health.report(IpFamily.IPV6, CART, Optional.empty());
        assertThatThrownBy(() -> get("127.0.0.1")).isInstanceOf(IOException.class);
    }

    @Test
    void movesWithThePort() throws Exception {
        report(IpFamily.IPV4, 1);
        int old = port;
        port = freePort();
        report(IpFamily.IPV4, 1);
        assertThat(get("127.0.0.1").statusCode()).isEqualTo(200);
        port = old;
        assertThatThrownBy(() -> get("127.0.0.1")).isInstanceOf(IOException.class);
    }

    @Test
    void tellsOnceThatAPortIsTakenAndTriesAgain() throws Exception {
        try (ServerSocket other = new ServerSocket(port)) {
            assertThat(other.isBound()).isTrue();
            report(IpFamily.IPV4, 1);
            health.retry();
            report(IpFamily.IPV4, 2);
            assertThat(failures).hasSize(1);
            assertThat(failures.getFirst())
                    .startsWith(
                            "shop/cart: node n1 failed to start healthcheck \"shop/cart\" on port "
                                    + port
                                    + ": ");
        }
        health.retry();
        assertThat(get("127.0.0.1").statusCode()).isEqualTo(200);
    }

    @Test
    void listensOnlyWhereNodePortsAreAccepted() throws Exception {
        health.close();
        health =
                new ServiceHealth(
                        "n1",
                        List.of(IpAddress.literal("127.0.0.2")),
                        () -> true,
                        (service, message) -> failures.add(message));
        report(IpFamily.IPV4, 1);
        assertThat(get("127.0.0.2").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> get("127.0.0.1")).isInstanceOf(IOException.class);
        assertThat(failures).isEmpty();
    }
}
