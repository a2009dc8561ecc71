import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import tools.jackson.databind.JsonNode;

/** Has a pod run, looks at it from all sides, and has it go. */
final class Visitor {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final ApiObjects objects;
    private final String kubelet;
    private final long end;
    private final HttpClient client;

    Visitor(ApiObjects objects, int kubeletPort, int limitSeconds) throws Exception {
        this.objects = objects;
        this.kubelet = "127.0.0.1:" + kubeletPort;
        this.end = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        this.client =
                HttpClient.newBuilder()
                        .sslContext(tls)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
    }

    void visit(String pod) throws Exception {
        await("the node registers", () -> objects.get("/api/v1/nodes/" + FakeApi.NODE).isPresent());
        JsonNode given = objects.read(pod);
        String path = PODS + "/" + given.path("metadata").path("name").asString();
        objects.add(PODS, given);
        await("the pod is ready", () -> ready(path));
        ask("/containerLogs/default/training-api/main?tailLines=10");
        ask("/exec/default/training-api/main");
        exec(
                "/exec/default/training-api/main?command=cat&command=/config/page.html&output=1&error=1");
        for (String page :
                new String[] {
                    "/pods",
                    "/stats/summary",
                    "/metrics",
                    "/metrics/resource",
                    "/metrics/cadvisor",
                    "/metrics/probes",
                    "/configz",
                    "/healthz"
                }) {
            ask(page);
        }
        await(
                "the lease is renewed or made",
                () ->
                        objects.get(
                                        "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/"
                                                + FakeApi.NODE)
                                .isPresent());
        objects.markDeleted(path, 1);
        await("the pod is gone", () -> objects.get(path).isEmpty());
    }

    private boolean ready(String path) {
        for (JsonNode condition :
                objects.get(path).orElseThrow().path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Ready")) {
                return condition.path("status").asString("").equals("True");
            }
        }
        return false;
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("not in time: " + what);
            }
            Thread.sleep(50);
        }
    }

    private void ask(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("https://" + kubelet + path))
                        .header("Authorization", "Bearer visitor")
                        .build();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        System.out.println(
                path + ": " + answer.statusCode() + ", " + answer.body().length + " bytes");
    }

    private void exec(String path) throws Exception {
        CompletableFuture<String> output = new CompletableFuture<>();
        StringBuilder text = new StringBuilder();
        WebSocket.Listener listener =
                new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onBinary(
                            WebSocket socket, ByteBuffer data, boolean last) {
                        text.append(StandardCharsets.UTF_8.decode(data));
                        return WebSocket.Listener.super.onBinary(socket, data, last);
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        output.complete(text.toString());
                        return WebSocket.Listener.super.onClose(socket, code, reason);
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable error) {
                        output.complete(text + " " + error);
                    }
                };
        client.newWebSocketBuilder()
                .header("Authorization", "Bearer visitor")
                .subprotocols("v4.channel.k8s.io")
                .buildAsync(URI.create("wss://" + kubelet + path), listener)
                .get(10, TimeUnit.SECONDS);
        System.out.println("exec: " + output.get(10, TimeUnit.SECONDS).strip());
    }

    /** The kubelet's certificate is its own. */
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
