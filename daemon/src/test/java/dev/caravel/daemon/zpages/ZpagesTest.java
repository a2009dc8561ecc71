package dev.caravel.daemon.zpages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.run.ManualTicks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ZpagesTest {
    private static final Routes OTHERS =
            Routes.none()
                    .with("/metrics/slis", x -> {})
                    .with("/metrics", x -> {})
                    .with("/configz", x -> {})
                    .with("/api/v1", x -> {});

    private static HttpResponse<String> get(HttpHandler page, String accept) throws Exception {
        HttpServerSettings settings =
                HttpServerSettings.of(
                        "zpages",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty());
        try (HttpServer server = HttpServer.start(settings, page);
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            if (!accept.isEmpty()) {
                request.header("Accept", accept);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void flagsAreListedByName() throws Exception {
        HttpHandler page = Flagz.of("kube-proxy", Map.of("v", "2", "config", "/etc/k.conf"));
        assertThat(get(page, "").body())
                .startsWith("\nkube-proxy flagz\nWarning: This endpoint is not meant to be")
                .endsWith("\nconfig=/etc/k.conf\nv=2\n");
        HttpResponse<String> json =
                get(page, "application/json;as=Flagz;g=config.k8s.io;v=v1beta1");
        assertThat(json.headers().firstValue("Content-Type"))
                .contains("application/json;g=config.k8s.io;v=v1beta1;as=Flagz");
        assertThat(json.body())
                .isEqualToIgnoringWhitespace(
                        """
                        {"kind":"Flagz","apiVersion":"config.k8s.io/v1beta1","metadata":{"name":
                        "kube-proxy"},"flags":{"config":"/etc/k.conf","v":"2"}}
                        """);
        assertThat(get(page, "application/yaml;as=Flagz;g=config.k8s.io;v=v1alpha1").body())
                .contains("apiVersion: config.k8s.io/v1alpha1", "  config: /etc/k.conf");
    }

    @Test
    void statusTellsTheTimesAndThePlacesToLook() throws Exception {
        ManualTicks ticks = new ManualTicks();
        Instant started = Instant.parse("2026-07-03T04:05:06.7Z");
        ticks.jump(Duration.between(ticks.now(), started.plusSeconds(7265)));
        HttpHandler page = Statusz.of("kubelet", started, OTHERS, ticks);
        assertThat(get(page, "*/*").body())
                .startsWith("\nkubelet statusz\nWarning:")
                .contains("\nStarted: Fri Jul  3 04:05:06 UTC 2026\nUp: 2 hr 01 min 05 sec\n")
                .contains("\nBinary version: 1.37.2\nEmulation version: 1.37\n")
                .endsWith("\nPaths: /configz /metrics\n");
        assertThat(get(page, "application/json;as=Statusz;g=config.k8s.io;v=v1beta1").body())
                .contains("\"startTime\":\"2026-07-03T04:05:06Z\",\"uptimeSeconds\":7265,")
                .contains("\"paths\":[\"/configz\",\"/metrics\"]");
    }

    @Test
    void oldVersionsAreServedWithAWarningAndUnknownFormatsAreNot() throws Exception {
        HttpHandler page = Flagz.of("kubelet", Map.of());
        assertThat(get(page, "application/json;as=Flagz;g=config.k8s.io;v=v1alpha1").headers())
                .extracting(headers -> headers.firstValue("Warning").orElse(""))
                .asString()
                .startsWith("299 - \"This version of the flagz endpoint is deprecated.");
        HttpResponse<String> refused = get(page, "application/json");
        assertThat(refused.statusCode()).isEqualTo(406);
        assertThat(refused.body()).contains("application/json, application/yaml, text/plain");
    }
}
