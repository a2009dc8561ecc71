package dev.caravel.kubelet.server;

import dev.caravel.cri.ContainerState;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.status.StatusPublisher;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** The pods this node should run, and those it runs, as lists of API objects. */
final class PodEndpoints {

    private final PodStore store;
    private final RuntimeView view;
    private final StatusPublisher statuses;
    private final Function<Object, String> json;

    /**
     * @param json writes API objects
     */
    PodEndpoints(
            PodStore store,
            RuntimeView view,
            StatusPublisher statuses,
            Function<Object, String> json) {
        this.store = store;
        this.view = view;
        this.statuses = statuses;
        this.json = json;
    }

    /** {@code /pods}. */
    void desired(HttpExchange x) throws IOException {
        respond(x, store.all().stream().map(this::shown).toList());
    }

    private Pod shown(DesiredPod pod) {
        return statuses.latest(pod.ref().uid())
                .map(status -> new PodBuilder(pod.pod()).withStatus(status).build())
                .orElse(pod.pod());
    }

    /** {@code /runningpods/}: what the runtime has, with no more than it knows. */
    void running(HttpExchange x) throws IOException {
        respond(
                x,
                view.all().stream()
                        .filter(ref -> runs(view.of(ref.uid())))
                        .map(ref -> shown(ref, view.of(ref.uid())))
                        .toList());
    }

    private static boolean runs(ObservedPod pod) {
        return pod.mayRun() || pod.newestSandbox().filter(s -> s.ready()).isPresent();
    }

    private static Pod shown(PodRef ref, ObservedPod observed) {
        List<Container> containers =
                observed.containers().stream()
                        .filter(c -> c.state() == ContainerState.RUNNING)
                        .map(c ->
                                new ContainerBuilder()
                                        .withName(c.name())
                                        .withImage(c.status().image().image())
                                        .build())
                        .toList();
        return new PodBuilder()
                .withNewMetadata()
                .withUid(ref.uid())
                .withName(ref.name())
                .withNamespace(ref.namespace())
                .endMetadata()
                .withNewSpec()
                .withContainers(containers)
                .endSpec()
                .build();
    }

    /** In a list only the list says what its items are. */
    private static Pod item(Pod pod) {
        return new PodBuilder(pod).withApiVersion(null).withKind(null).build();
    }

    private void respond(HttpExchange x, List<Pod> pods) throws IOException {
        String body =
                json.apply(
                        new PodListBuilder()
                                .withNewMetadata()
                                .endMetadata()
                                .withItems(pods.stream().map(PodEndpoints::item).toList())
                                .build());
        x.respond(200, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }
}
