package dev.caravel.kubelet.agent;

import dev.caravel.csi.grpc.PluginSockets;
import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.objects.ClaimObjects;
import dev.caravel.kubelet.objects.ClusterTrustBundles;
import dev.caravel.kubelet.objects.FetchedClaims;
import dev.caravel.kubelet.objects.FetchedConfigObjects;
import dev.caravel.kubelet.objects.LocalConfigObjects;
import dev.caravel.kubelet.objects.PodCredentials;
import dev.caravel.kubelet.objects.PodObjects;
import dev.caravel.kubelet.objects.PodTokens;
import dev.caravel.kubelet.objects.ServiceAccountTokens;
import dev.caravel.kubelet.objects.ServiceAccounts;
import dev.caravel.kubelet.objects.TrustAnchors;
import dev.caravel.kubelet.objects.WatchedConfigObjects;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.volume.PodVolumes;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.plugin.NodeVolumes;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Volumes and the API objects that pods refer to. */
final class VolumeParts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(VolumeParts.class);

    private final Parts parts = new Parts();
    private final PluginSockets sockets = keep(new PluginSockets());
    private final PodObjects objects;
    private final Optional<ServiceAccounts> accounts;
    private final Function<String, Optional<String>> runtimeClasses;
    private final NodeVolumes volumes;
    private final Optional<CsiParts> csi;

    private VolumeParts(
            PodParts.Ways ways,
            NodeView node,
            EventSink events,
            Consumer<PodRef> onChange,
            Ticks ticks) {
        Optional<ApiClient> api = ways.client();
        objects = objects(ways, onChange, ticks);
        Optional<ServiceAccountTokens> tokens =
                api.map(a ->
                        new ServiceAccountTokens(
                                a.requests(), ticks.clock(), RandomGenerator.getDefault()));
        accounts = tokens.map(t -> t);
        runtimeClasses =
                api.<Function<String, Optional<String>>>map(this::watchClasses)
                        .orElse(_ -> Optional.empty());
        TrustAnchors anchors =
                api.<TrustAnchors>map(a ->
                                keep(
                                        new ClusterTrustBundles(
                                                a, RandomGenerator.getDefault(), onChange)))
                        .orElseGet(TrustAnchors::none);
        csi =
                api.map(a ->
                        keep(
                                new CsiParts(
                                        ways,
                                        a,
                                        node.facts().nodeName(),
                                        objects,
                                        tokens.<PodTokens>map(t -> t).orElseGet(PodTokens::none),
                                        sockets,
                                        ticks)));
        NodeVolumes.Sources sources =
                new NodeVolumes.Sources(
                        objects,
                        tokens.<PodTokens>map(t -> t).orElseGet(PodTokens::none),
                        anchors,
                        PodCredentials.none(),
                        api.<ClaimObjects>map(a -> new FetchedClaims(a.requests()))
                                .orElseGet(ClaimObjects::none),
                        () ->
                                node.apiNode()
                                        .map(n ->
                                                new PodVolumes.NodeLabels(
                                                        n.getMetadata().getName(),
                                                        n.getMetadata().getLabels())),
                        () -> node.facts().capacity().allocatable(),
                        csi.map(c -> List.of(c.plugin())).orElseGet(List::of));
        volumes =
                NodeVolumes.create(
                        new VolumePaths(ways.settings().flags().rootDir()),
                        ways.mounts(),
                        Kernel.files(),
                        sources,
                        ticks.clock());
        log.debug("Volumes are put together; events go to {}", events.getClass().getSimpleName());
    }

    static VolumeParts open(
            PodParts.Ways ways,
            NodeView node,
            EventSink events,
            Consumer<PodRef> onChange,
            Ticks ticks) {
        return new VolumeParts(ways, node, events, onChange, ticks);
    }

    private <T extends AutoCloseable> T keep(T part) {
        return parts.keep(part);
    }

    private PodObjects objects(PodParts.Ways ways, Consumer<PodRef> onChange, Ticks ticks) {
        Optional<ApiClient> api = ways.client();
        if (api.isEmpty()) {
            Path folder = Path.of(ways.config().staticPodPath());
            return new LocalConfigObjects(folder, new KubernetesSerialization());
        }
        return switch (ways.config().configMapAndSecretChangeDetectionStrategy()) {
            case WATCH -> keep(new WatchedConfigObjects(api.get(), ticks, onChange));
            case CACHE ->
                    new FetchedConfigObjects(
                            api.get().requests(), ticks, FetchedConfigObjects.CACHE_AGE);
            case GET -> new FetchedConfigObjects(api.get().requests(), ticks, Duration.ZERO);
        };
    }

    private Function<String, Optional<String>> watchClasses(ApiClient api) {
        WatchSpec<RuntimeClass, String> spec =
                WatchSpec.of(
                                "runtimeclasses",
                                RuntimeClass.class,
                                "/apis/node.k8s.io/v1/runtimeclasses")
                        .keeping(c -> Optional.of(c.getHandler()));
        Watched<String> watched =
                keep(
                        api.watch(
                                spec,
                                new WatchListener<String>() {
                                    @Override
                                    public void onPut(String key, String handler) {
                                        log.debug("RuntimeClass {} has handler {}", key, handler);
                                    }

                                    @Override
                                    public void onRemove(String key, String last) {
                                        log.debug("RuntimeClass {} is gone", key);
                                    }
                                }));
        return watched::get;
    }

    NodeVolumes volumes() {
        return volumes;
    }

    /**
     * Takes up what volumes of CSI drivers an earlier process left, and takes drivers in. Comes
     * before any pod is looked at.
     *
     * @param devices takes device plugins that register like drivers
     */
    void start(Path root, PluginHandler devices) throws IOException, InterruptedException {
        if (csi.isPresent()) {
            csi.get().start();
        }
        List<PluginHandler> handlers =
                csi.map(c -> List.of(c.handler(), devices)).orElseGet(() -> List.of(devices));
        keep(PluginParts.start(root, sockets, handlers));
    }

    PodObjects objects() {
        return objects;
    }

    Optional<ServiceAccounts> accounts() {
        return accounts;
    }

    Function<String, Optional<String>> runtimeClasses() {
        return runtimeClasses;
    }

    @Override
    public void close() {
        parts.close();
    }
}
