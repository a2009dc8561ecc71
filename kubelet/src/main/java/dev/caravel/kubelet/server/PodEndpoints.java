package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.status.StatusPublisher;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What the kubelet knows of pods and of itself, as paths of its API. */
public final class PodEndpoints {

    private static final Set<String> GET = Set.of("GET");
    private static final String JSON = "application/json";

    private final PodStore store;
    private final StatusPublisher statuses;
    private final KubeletConfiguration config;
    private final ContainerLogs logs;
    private final Function<Object, String> json;

    /**
     * @param json writes API objects
     */
    public PodEndpoints(
            PodStore store,
            RuntimeView view,
            StatusPublisher statuses,
            KubeletConfiguration config,
            Function<Object, String> json,
            Ticks ticks) {
        this.store = store;
        this.statuses = statuses;
        this.config = config;
        this.logs = new ContainerLogs(store, view, statuses, Path.of(config.podLogsDir()), ticks);
        this.json = json;
    }

    /** Adds the paths. */
    public Routes in(Routes routes) {
        return routes.with("/pods", KubeletServer.only(GET, this::pods))
                .with("/healthz", KubeletServer.only(GET, x -> x.respondText(200, "ok")))
                .with("/healthz/", KubeletServer.only(GET, x -> x.respondText(200, "ok")))
                .with("/configz", KubeletServer.only(GET, this::configz))
                .with("/containerLogs/", KubeletServer.only(GET, logs::handle));
    }

    private void pods(HttpExchange x) throws IOException {
        List<Pod> pods = store.all().stream().map(this::shown).toList();
        respond(x, json.apply(new PodListBuilder().withItems(pods).build()));
    }

    private Pod shown(DesiredPod pod) {
        return statuses.latest(pod.ref().uid())
                .map(status -> new PodBuilder(pod.pod()).withStatus(status).build())
                .orElse(pod.pod());
    }

    private void configz(HttpExchange x) throws IOException {
        respond(x, "{\"kubeletconfig\":" + config.toJson() + "}");
    }

    private static void respond(HttpExchange x, String body) throws IOException {
        x.respond(200, JSON, body.getBytes(StandardCharsets.UTF_8));
    }
}
