package dev.caravel.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.http.Routes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthzHandlerTest {
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    well | /healthz                    | 200 | ok
                    well | /healthz/ping               | 200 | ok
                    well | /healthz?verbose            | 200 | [+]ping ok~[+]syncloop ok~healthz check passed~
                    well | /healthz?verbose&exclude=ping&exclude=x | 200 | [+]ping excluded: ok~[+]syncloop ok~warn: some health checks cannot be excluded: no matches for "x"~healthz check passed~
                    ill  | /healthz                    | 500 | [+]ping ok~[-]syncloop failed: reason withheld~healthz check failed~
                    ill  | /healthz?exclude=syncloop   | 200 | ok
                    ill  | /healthz/syncloop           | 500 | internal server error: stuck~
                    ill  | /healthz/other              | 404 | 404 page not found~
                    """)
    void answersInUpstreamsWords(String state, String path, int status, String body)
            throws Exception {
        Optional<String> problem = state.equals("ill") ? Optional.of("stuck") : Optional.empty();
        HealthzHandler healthz =
                new HealthzHandler(
                        "healthz",
                        List.of(HealthCheck.PING, new HealthCheck("syncloop", () -> problem)));
        HttpServerSettings settings =
                HttpServerSettings.of(
                        "healthz",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty());
        try (HttpServer server = HttpServer.start(settings, healthz.addTo(Routes.none()));
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo(body.replace('~', '\n'));
        }
    }
}
