package dev.caravel.kubelet.source;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods the cluster assigned to this node, by list and watch. To be started once the Node object
 * is known: before that the API server's answer for a new node of an old name may be stale, and
 * admission would not know the node's labels (contract §5.1).
 */
public final class ApiPodSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ApiPodSource.class);

    private final ApiClient api;
    private final String nodeName;
    private final PodStore store;
    private final DesiredPods desired;
    private final EventSink events;
    private final Object lock = new Object();
    private @Nullable Watched<DesiredPod> watched;

    public ApiPodSource(
            ApiClient api, String nodeName, PodStore store, EventSink events, Ticks ticks) {
        this.api = api;
        this.nodeName = nodeName;
        this.store = store;
        this.desired = new DesiredPods(store, ticks);
        this.events = events;
    }

    /** Starts the watch; later calls do nothing. */
    public void start() {
        synchronized (lock) {
            if (watched != null) {
                return;
            }
            WatchSpec<Pod, DesiredPod> spec =
                    WatchSpec.of("pods", Pod.class, "/api/v1/pods")
                            .withFields("spec.nodeName=" + nodeName)
                            .keyedBy(WatchSpec.Key.UID)
                            .keeping(this::accept);
            watched = api.watch(spec, new Listener());
        }
    }

    /** How long ago the API server was last heard of; empty before the start. */
    public Optional<Duration> lastHeard() {
        synchronized (lock) {
            return Optional.ofNullable(watched).map(Watched::lastHeard);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (watched != null) {
                watched.close();
            }
        }
    }

    private Optional<DesiredPod> accept(Pod pod) {
        List<FieldError> errors = PodSanity.check(pod);
        if (errors.isEmpty()) {
            return Optional.of(desired.of(pod, PodSource.API));
        }
        log.error(
                "Pod {}/{} of the API is not run: {}",
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                errors);
        if (Rfc1123.isUid(pod.getMetadata().getUid())) {
            events.event(
                    PodRef.of(pod),
                    Optional.empty(),
                    EventType.WARNING,
                    "FailedValidation",
                    "The node cannot run this pod: " + errors);
        }
        return Optional.empty();
    }

    /** The first list arrives pod by pod and counts as a whole; then each change by itself. */
    private final class Listener implements WatchListener<DesiredPod> {
        private @Nullable Map<String, DesiredPod> firstList = new LinkedHashMap<>();

        @Override
        public void onPut(String key, DesiredPod pod) {
            if (firstList != null) {
                firstList.put(key, pod);
            } else {
                store.put(pod);
            }
        }

        @Override
        public void onRemove(String key, DesiredPod last) {
            if (firstList != null) {
                firstList.remove(key);
            } else {
                store.remove(PodSource.API, key);
            }
        }

        @Override
        public void onSynced() {
            Collection<DesiredPod> all = firstList == null ? List.of() : firstList.values();
            firstList = null;
            List<DesiredPod> duplicates = store.replaceAll(PodSource.API, all);
            duplicates.forEach(
                    pod -> log.warn("Pod {} appears twice in the API's list; ignored", pod.ref()));
            log.info("Watching pods of node {}: {} are assigned to it", nodeName, all.size());
        }
    }
}
