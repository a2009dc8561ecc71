package dev.caravel.daemon.api;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;

/** {@link ApiRequests} over an {@link ApiTransport}. */
final class HttpApiRequests implements ApiRequests {
    private static final String JSON = "application/json";

    private final ApiTransport transport;
    private final URI server;
    private final Duration timeout;
    private final ApiJson json;

    HttpApiRequests(ApiTransport transport, URI server, Duration timeout, ApiJson json) {
        this.transport = transport;
        this.server = server;
        this.timeout = timeout;
        this.json = json;
    }

    @Override
    public <T> T get(Class<T> type, String path) throws IOException, InterruptedException {
        return read(type, send("GET", path, HttpRequest.BodyPublishers.noBody(), ""));
    }

    @Override
    public <T> T create(Class<T> type, String path, Object body)
            throws IOException, InterruptedException {
        return read(type, send("POST", path, text(json.asJson(body)), JSON));
    }

    @Override
    public <T> T update(Class<T> type, String path, Object body)
            throws IOException, InterruptedException {
        return read(type, send("PUT", path, text(json.asJson(body)), JSON));
    }

    @Override
    public <T> T patch(Class<T> type, String path, PatchType patchType, String patch)
            throws IOException, InterruptedException {
        return read(type, send("PATCH", path, text(patch), patchType.mediaType()));
    }

    @Override
    public void delete(String path, String optionsJson) throws IOException, InterruptedException {
        boolean none = optionsJson.isEmpty();
        send(
                "DELETE",
                path,
                none ? HttpRequest.BodyPublishers.noBody() : text(optionsJson),
                none ? "" : JSON);
    }

    @Override
    public String raw(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send("GET", path, HttpRequest.BodyPublishers.noBody(), "");
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    private HttpResponse<byte[]> send(
            String method, String path, HttpRequest.BodyPublisher body, String contentType)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server + path)).method(method, body);
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        HttpResponse<byte[]> response = transport.call(request.build(), timeout);
        if (response.statusCode() < 200 || response.statusCode() > 299) {
            throw Refusal.of(
                    method + " " + path,
                    response.statusCode(),
                    response.headers().firstValue("Retry-After"),
                    response.body(),
                    json.mapper());
        }
        return response;
    }

    private <T> T read(Class<T> type, HttpResponse<byte[]> response) throws IOException {
        try {
            return json.mapper().readValue(response.body(), type);
        } catch (JacksonException e) {
            throw new IOException(
                    response.request().method()
                            + " "
                            + response.uri().getPath()
                            + ": the answer is no "
                            + type.getSimpleName()
                            + ": "
                            + e.getOriginalMessage(),
                    e);
        }
    }
}
