package dev.caravel.daemon.api;

import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The API client of the daemons. fabric8's own client is only made when somebody asks for it: it
 * loads a thousand classes that requests and watches do without.
 */
public final class HttpApiClient implements ApiClient {
    private final Kubeconfig config;
    private final ApiSettings settings;
    private final Ticks ticks;
    private final ApiTransport transport;
    private final ApiJson json;
    private final HttpApiRequests requests;
    private final Set<Watched<?>> watches = ConcurrentHashMap.newKeySet();
    private @Nullable KubernetesClient kubernetes;

    /**
     * Makes a client; connects when first used.
     *
     * @throws IOException when authority or certificate of the kubeconfig cannot be used
     */
    public static HttpApiClient open(
            Kubeconfig config, ApiSettings settings, ApiMetrics metrics, Ticks ticks)
            throws IOException {
        return new HttpApiClient(config, settings, metrics, ticks, Identities.of(config, ticks));
    }

    /**
     * Makes a client that shows a certificate from elsewhere instead of the kubeconfig's.
     *
     * @param certificate asked for each request; when it changes, connections are made anew
     * @throws IOException when the authority of the kubeconfig cannot be used
     */
    public static HttpApiClient open(
            Kubeconfig config,
            ApiSettings settings,
            ApiMetrics metrics,
            Ticks ticks,
            Supplier<Optional<KeyMaterial>> certificate)
            throws IOException {
        return new HttpApiClient(
                config, settings, metrics, ticks, Identities.of(config, certificate, ticks));
    }

    private HttpApiClient(
            Kubeconfig config,
            ApiSettings settings,
            ApiMetrics metrics,
            Ticks ticks,
            Identity identity)
            throws IOException {
        this.config = config;
        this.settings = settings;
        this.ticks = ticks;
        this.transport = new ApiTransport(config, settings, metrics, ticks, identity);
        this.json = new ApiJson();
        this.requests = new HttpApiRequests(transport, config.server(), settings.timeout(), json);
    }

    @Override
    public synchronized KubernetesClient kubernetes() {
        KubernetesClient client = kubernetes;
        if (client == null) {
            client = Fabric8Client.on(transport, config, settings, json);
            kubernetes = client;
        }
        return client;
    }

    @Override
    public ApiRequests requests() {
        return requests;
    }

    @Override
    public <T extends HasMetadata, R> Watched<R> watch(
            WatchSpec<T, R> spec, WatchListener<? super R> listener) {
        HttpWatch<T, R> watch =
                new HttpWatch<>(
                        transport, config.server(), json, spec, listener, ticks, watches::remove);
        watches.add(watch);
        return watch.start();
    }

    @Override
    public void reconnect(String why) {
        transport.reconnect(why);
    }

    @Override
    public void close() {
        List.copyOf(watches).forEach(Watched::close);
        transport.close();
    }
}
