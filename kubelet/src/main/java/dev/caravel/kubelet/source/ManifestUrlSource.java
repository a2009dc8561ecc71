package dev.caravel.kubelet.source;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Static pods from a URL that serves a Pod or a PodList (contract §5.1). An answer that is an error
 * leaves the pods known before; an empty one ends them all; one unusable pod of a list harms no
 * other.
 */
public final class ManifestUrlSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ManifestUrlSource.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;

    /** Failures in a row that are logged as warnings; after that only as debug. */
    private static final int LOUD_FAILURES = 3;

    private final URI url;
    private final String name;
    private final Map<String, List<String>> headers;
    private final Duration period;
    private final StaticPods pods;
    private final PodStore store;
    private final DesiredPods desired;
    private final Ticks ticks;
    private final HttpClient client;
    private byte[] last = new byte[0];
    private int failures;
    private @Nullable Thread thread;

    /**
     * @param headers sent with each request; may hold secrets and are never logged
     * @param period {@code httpCheckFrequency}
     */
    public ManifestUrlSource(
            URI url,
            Map<String, List<String>> headers,
            Duration period,
            StaticPods pods,
            PodStore store,
            Ticks ticks) {
        this.url = url;
        // A password in the URL stays out of the log.
        this.name =
                url.getRawUserInfo() == null
                        ? url.toString()
                        : url.toString().replace(url.getRawUserInfo() + "@", "");
        this.headers = headers;
        this.period = period;
        this.pods = pods;
        this.store = store;
        this.desired = new DesiredPods(store, ticks);
        this.ticks = ticks;
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build();
    }

    /** Asks now and each period. */
    public void start() {
        thread = NamedThreads.start("source/http", this::run);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        client.shutdownNow();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    look();
                    if (failures > 0) {
                        log.info("Pods are read from {} again", name);
                        failures = 0;
                    }
                } catch (IOException | ManifestException failed) {
                    failed(failed);
                }
                ticks.sleep(period);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(Exception failed) {
        failures++;
        if (failures <= LOUD_FAILURES) {
            log.warn(
                    "Pods of {} cannot be read: {}. Next try in {} s{}.",
                    name,
                    failed.getMessage(),
                    period.toSeconds(),
                    failures == LOUD_FAILURES ? "; further failures are logged as debug" : "");
        } else {
            log.debug("Pods of {} cannot be read: {}", name, failed.getMessage());
        }
    }

    private void look() throws IOException, InterruptedException, ManifestException {
        byte[] body = fetch();
        if (body.length == 0) {
            last = body;
            store.replaceAll(PodSource.HTTP, List.of());
            throw new IOException("the answer is empty");
        }
        if (Arrays.equals(body, last)) {
            return;
        }
        ManifestDocument document = ManifestReader.read(name, body);
        List<ManifestDocument> items = ManifestReader.items(document).orElse(List.of(document));
        List<DesiredPod> found = new ArrayList<>();
        for (ManifestDocument item : items) {
            try {
                found.add(desired.of(pods.fromUrl(item), PodSource.HTTP));
            } catch (ManifestException unusable) {
                if (items.size() == 1) {
                    throw unusable;
                }
                log.error("A pod of {} is not used: {}", name, unusable.getMessage());
            }
        }
        last = body;
        List<DesiredPod> duplicates = store.replaceAll(PodSource.HTTP, found);
        duplicates.forEach(d -> log.error("Pod {} stands twice in {}", d.ref(), name));
        log.info("{} pods read from {}", found.size() - duplicates.size(), name);
    }

    private byte[] fetch() throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(TIMEOUT).GET();
        headers.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        // The request's own timeout ends with the headers; this one holds for the body as well.
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request.build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), ManifestReader.LARGEST));
        try {
            HttpResponse<byte[]> response = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new IOException("the answer has status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException late) {
            throw new IOException("no complete answer in " + TIMEOUT.toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed);
        } finally {
            answer.cancel(true);
        }
    }
}
