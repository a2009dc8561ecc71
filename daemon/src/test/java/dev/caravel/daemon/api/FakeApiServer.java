package dev.caravel.daemon.api;

import dev.caravel.daemon.cert.FileClientCa;
import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.Pem;
import dev.caravel.daemon.cert.TestCa;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.http.TlsSettings;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * An API server of one test: TLS with client certificates, answers as told, watches that send what
 * the test feeds them.
 */
public final class FakeApiServer implements AutoCloseable {
    /** One answer; a body of {@code WATCH} is a watch. */
    public record Answer(int status, String body, List<String> headers) {
        public static Answer json(String body) {
            return new Answer(200, body, List.of());
        }
    }

    static final String WATCH = "watch";
    static final String HANG = "hang";
    static final String END = "end";

    public final TestCa ca = new TestCa("ca");
    public final List<String> requests = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final HttpServer server;
    private final Path caFile;
    private volatile Function<HttpExchange, Answer> answers;

    public FakeApiServer(Path folder, Function<HttpExchange, Answer> answers) throws Exception {
        this.answers = answers;
        caFile = folder.resolve("api-ca.crt");
        Files.write(caFile, Pem.encode(List.of(ca.certificate())));
        KeyMaterial material = ca.server("CN=kube-apiserver");
        server =
                HttpServer.start(
                        HttpServerSettings.of(
                                "api",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Optional.of(
                                        new TlsSettings(
                                                () -> Optional.of(material),
                                                Optional.of(
                                                        FileClientCa.open(caFile, Ticks.system())),
                                                "",
                                                List.of()))),
                        this::handle);
    }

    public URI uri() {
        return URI.create("https://127.0.0.1:" + server.address().getPort());
    }

    public Kubeconfig kubeconfig() {
        return new Kubeconfig(
                uri(),
                Optional.of(new PemSource.File(caFile)),
                "",
                false,
                Optional.empty(),
                Optional.empty(),
                new Kubeconfig.Token.Inline("secret-token"));
    }

    public void answers(Function<HttpExchange, Answer> newAnswers) {
        answers = newAnswers;
    }

    int connections() {
        return server.connections();
    }

    private void handle(HttpExchange exchange) throws IOException, InterruptedException {
        String user =
                exchange.peerCertificates().isEmpty()
                        ? ""
                        : exchange.peerCertificates().getFirst().getSubjectX500Principal().getName()
                                + " ";
        requests.add(user + exchange.method() + " " + exchange.rawTarget());
        Answer answer = answers.apply(exchange);
        if (answer.body.equals(HANG)) {
            exchange.onClientGone(() -> {});
            new CountDownLatch(1).await(60, TimeUnit.SECONDS);
        }
        for (String header : answer.headers) {
            String[] pair = header.split(": ", 2);
            exchange.addHeader(pair[0], pair[1]);
        }
        if (answer.body.equals(WATCH)) {
            watch(exchange);
        } else {
            exchange.respond(
                    answer.status,
                    "application/json",
                    answer.body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void watch(HttpExchange exchange) throws IOException, InterruptedException {
        try (OutputStream out = exchange.stream(200, "application/json")) {
            out.flush();
            while (!exchange.clientGone()) {
                String event = events.poll(20, TimeUnit.MILLISECONDS);
                if (END.equals(event)) {
                    return;
                }
                if (event != null) {
                    out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        }
    }

    static String pod(String name, String version, String phase) {
        return """
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"%s","namespace":"shop","uid":"u-%s",\
        "resourceVersion":"%s","managedFields":[{"manager":"kubelet","fieldsV1":{"f:status":{}}}]},\
        "spec":{"nodeName":"n1"},"status":{"phase":"%s"}}\
        """
                .formatted(name, name, version, phase);
    }

    static String list(String version, String... pods) {
        return "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\""
                + version
                + "\"},\"items\":["
                + String.join(",", pods)
                + "]}";
    }

    static String event(String type, String object) {
        return "{\"type\":\"" + type + "\",\"object\":" + object + "}";
    }

    static String status(int code, String reason) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"test"
                + " says "
                + reason
                + "\",\"reason\":\""
                + reason
                + "\",\"code\":"
                + code
                + "}";
    }

    /** The requests so far, without query. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        requests.forEach(request -> paths.add(request.split("\\?", 2)[0]));
        return paths;
    }

    @Override
    public void close() {
        server.close();
    }
}
