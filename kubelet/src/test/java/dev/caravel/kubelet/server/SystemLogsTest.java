package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemLogsTest {

    @TempDir Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Path root = Files.createDirectories(folder.resolve("log"));
        Files.writeString(root.resolve("messages"), "hello\n");
        Files.writeString(root.resolve("a<b&c"), "odd\n");
        Files.createDirectories(root.resolve("app"));
        Files.writeString(root.resolve("app/app.log"), "of the app\n");
        Files.writeString(folder.resolve("secret"), "secret\n");
        Files.createSymbolicLink(root.resolve("out"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("in"), root.resolve("messages"));
        Files.createSymbolicLink(root.resolve("up"), Path.of("../secret"));
        NodeLogs logs =
                new NodeLogs(new SystemLogs(new SafeFiles(Kernel.files()), root), Ticks.system());
        server =
                HttpServer.start(
                        HttpServerSettings.of(
                                "test",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Optional.empty()),
                        logs::handle);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                        .build(),
                BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    /logs/messages,              200, hello
                    /logs/in,                    200, hello
                    /logs/app/app.log,           200, of the app
                    /logs/?query=/messages,      200, hello
                    /logs/out,                   403, 403 Forbidden
                    /logs/up,                    403, 403 Forbidden
                    /logs/none,                  404, 404 page not found
                    /logs/messages/x,            404, 404 page not found
                    /logs/%2e%2e/secret,         400, invalid URL path
                    /logs/?query=/../secret,     400, invalid URL path
                    /logs/app?query=app,         406, path not allowed in query mode
                    """)
    void filesAreServedAndNothingOutsideIs(String path, int status, String text) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(text + "\n");
    }

    @Test
    void foldersAreListedWithNamesThatCannotBecomeMarkup() throws Exception {
        assertThat(get("/logs/").body())
                .contains("<a href=\"app/\">app/</a>")
                .contains("<a href=\"a%3Cb%26c\">a&lt;b&amp;c</a>");
        HttpResponse<String> bare = get("/logs/app");
        assertThat(bare.statusCode()).isEqualTo(301);
        assertThat(bare.headers().firstValue("Location")).contains("app/");
    }

    @Test
    void aServiceWithoutJournalIsLookedForInFiles() throws Exception {
        assertThat(get("/logs/?query=app").body()).isEqualTo("of the app\n");
        assertThat(get("/logs/?query=nobody-knows-it").body())
                .isEqualTo("\nlog not found for nobody-knows-it\n");
        assertThat(get("/logs/?query=app&tailLines=1").body())
                .contains("try without specifying options");
    }
}
