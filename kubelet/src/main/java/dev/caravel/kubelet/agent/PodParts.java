package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ImageService;
import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.allocation.Allocations;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.effect.ContainerFiles;
import dev.caravel.kubelet.effect.ContainerStarts;
import dev.caravel.kubelet.effect.ContainerStops;
import dev.caravel.kubelet.effect.Gate;
import dev.caravel.kubelet.effect.PodActionRunner;
import dev.caravel.kubelet.effect.PodCleanup;
import dev.caravel.kubelet.effect.PodLogs;
import dev.caravel.kubelet.effect.PodPreparation;
import dev.caravel.kubelet.effect.RuntimeClasses;
import dev.caravel.kubelet.effect.SandboxActions;
import dev.caravel.kubelet.env.Environments;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.explain.StartEvents;
import dev.caravel.kubelet.gc.Housekeeping;
import dev.caravel.kubelet.hook.HookRunner;
import dev.caravel.kubelet.image.ImagePuller;
import dev.caravel.kubelet.node.DeclaredFeatures;
import dev.caravel.kubelet.node.NodeWatch;
import dev.caravel.kubelet.objects.PodObjects;
import dev.caravel.kubelet.objects.Services;
import dev.caravel.kubelet.observe.RuntimeEvents;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.CrashBackOff;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.kubelet.probe.PodProbes;
import dev.caravel.kubelet.source.ApiPodSource;
import dev.caravel.kubelet.source.ManifestFolderSource;
import dev.caravel.kubelet.source.ManifestUrlSource;
import dev.caravel.kubelet.source.MirrorPods;
import dev.caravel.kubelet.source.StaticPods;
import dev.caravel.kubelet.status.PodStatusComputer;
import dev.caravel.kubelet.status.StatusPublisher;
import dev.caravel.kubelet.userns.UserNamespaces;
import dev.caravel.kubelet.volume.plugin.NodeVolumes;
import dev.caravel.kubelet.worker.PodServices;
import dev.caravel.kubelet.worker.PodWorkers;
import dev.caravel.kubelet.worker.StartTimelines;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.mount.Mounts;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Everything that concerns pods, from their sources to their statuses. */
final class PodParts implements AutoCloseable {

    /** More sandboxes at once do not start sooner: the runtime is bound by the CPUs. */
    private static final int SANDBOXES_AT_ONCE = 8;

    /** A pod that the runtime has not shown by then is left alone until it does. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(30);

    private static final Path LOG_LINKS = Path.of("/var/log/containers");

    /** The ways out of the process. */
    record Ways(
            KubeletSettings.Loaded settings,
            ContainerRuntime runtime,
            ImageService images,
            String runtimeName,
            Mounts mounts,
            Cgroups cgroups,
            Optional<ApiAccess> api,
            Optional<NodeWatch> node,
            NodeBoard board,
            DeviceParts devices,
            MetricsParts counted) {

        KubeletConfiguration config() {
            return settings.config();
        }

        Optional<ApiRequests> requests() {
            return api.map(a -> a.main().requests());
        }

        Optional<ApiClient> client() {
            return api.map(ApiAccess::main);
        }
    }

    private final Parts parts = new Parts();
    private final Ways ways;
    private final NodeView node;
    private final EventSink events;
    private final Ticks ticks;
    private final PodStore store;
    private final RuntimeView view;
    private final StatusPublisher publisher;
    private final PodWorkers workers;
    private final PodLogs logs;
    private final VolumeParts volumeParts;
    private final NodeVolumes volumes;
    private final ImagePuller puller;
    private final Housekeeping housekeeping;
    private final ResizeParts resizes;

    PodParts(Ways ways, NodeView node, EventSink events, Ticks ticks)
            throws IOException, InterruptedException {
        this.ways = ways;
        this.node = node;
        this.events = events;
        this.ticks = ticks;
        store = new PodStore(sources());
        view =
                new RuntimeView(
                        ways.runtime(), ticks, this::poke, ways.counted().relists()::relisted);
        logs =
                new PodLogs(
                        Path.of(ways.config().podLogsDir()),
                        LOG_LINKS,
                        new DirectoryTree(Kernel.files()));
        publisher =
                new StatusPublisher(
                        ways.requests(),
                        store,
                        uid -> view.of(uid).mayRun(),
                        ticks,
                        ways.counted().statuses());
        volumeParts = keep(VolumeParts.open(ways, node, events, this::objectsChanged, ticks));
        volumes = volumeParts.volumes();
        puller = ImageParts.puller(ways, volumeParts, events, ticks);
        Allocations allocations = ResizeParts.allocations(ways);
        resizes =
                keep(
                        new ResizeParts(
                                ways,
                                node,
                                store,
                                allocations,
                                admission(allocations),
                                uid -> workers().has(uid),
                                events,
                                this::poke,
                                ticks));
        workers =
                new PodWorkers(
                        new PodServices(
                                store,
                                view,
                                probes(),
                                resizes.resizes(),
                                events,
                                ways.counted().actions().around(runner(volumeParts, allocations)),
                                new DeviceAdmission(
                                        resizes, ways.devices().devices(), view, store, events),
                                new Statuses(),
                                this::settings,
                                this::host,
                                timelines(),
                                ticks));
        housekeeping = housekeeping();
        store.onChange(workers::poke);
    }

    private PodProbes probes() {
        return new PodProbes(
                ways.runtime(),
                events,
                ticks,
                ways.counted().probes(),
                () -> node.facts().nodeIps(),
                this::poke,
                ticks.now());
    }

    /** What statuses say of the node. */
    private PodStatusComputer.Host host() {
        return new PodStatusComputer.Host(
                node.facts().nodeIps(),
                ways.runtimeName(),
                node.facts().gate("InPlacePodLevelResourcesVerticalScaling"));
    }

    private <T extends AutoCloseable> T keep(T part) {
        return parts.keep(part);
    }

    private Set<PodSource> sources() {
        Set<PodSource> sources = EnumSet.noneOf(PodSource.class);
        if (ways.api().isPresent()) {
            sources.add(PodSource.API);
        }
        if (!ways.config().staticPodPath().isEmpty()) {
            sources.add(PodSource.FILE);
        }
        if (!ways.config().staticPodURL().isEmpty()) {
            sources.add(PodSource.HTTP);
        }
        return sources;
    }

    /** Static pods from folder and URL; with an API server each is shown there by a mirror. */
    private void startStaticSources() throws IOException {
        KubeletConfiguration config = ways.config();
        StaticPods pods = new StaticPods(node.facts().nodeName(), ways.api().isEmpty());
        if (!config.staticPodPath().isEmpty()) {
            FileWatch watch =
                    new FileWatch(Thread.ofPlatform().daemon().name("inotify/").factory());
            ManifestFolderSource source =
                    keep(
                            new ManifestFolderSource(
                                    Path.of(config.staticPodPath()),
                                    config.fileCheckFrequency(),
                                    pods,
                                    store,
                                    Optional.of(watch),
                                    ticks));
            source.start();
        }
        if (!config.staticPodURL().isEmpty()) {
            ManifestUrlSource source =
                    keep(
                            new ManifestUrlSource(
                                    URI.create(config.staticPodURL()),
                                    config.staticPodURLHeader(),
                                    config.httpCheckFrequency(),
                                    pods,
                                    store,
                                    ticks));
            source.start();
        }
    }

    private void startMirrors(ApiRequests requests) {
        MirrorPods mirrors =
                keep(
                        new MirrorPods(
                                requests,
                                store,
                                node.facts().nodeName(),
                                workers::isTerminating,
                                ticks));
        NodeWatch watch = ways.node().orElseThrow();
        watch.onChange(n -> mirrors.nodeKnown(n.getMetadata().getUid()));
        watch.uid().ifPresent(mirrors::nodeKnown);
        mirrors.start();
    }

    private PodAdmission admission(Allocations allocations) {
        DeviceParts devices = ways.devices();
        return new PodAdmission(
                new PodAdmission.Sources(
                        () -> Optional.of(node.node()),
                        pod -> devices.raised(node.facts(), pod.getMetadata().getUid()),
                        Set.copyOf(DeclaredFeatures.of(name -> node.facts().gate(name))),
                        ways.board()::pressureConditions,
                        ways.board()::isShuttingDown,
                        uid -> view.of(uid).mayRun()),
                allocations,
                events,
                (uid, cause) -> workers().end(uid, cause));
    }

    PodWorkers workers() {
        return workers;
    }

    /** Pulls images, and remembers with which credentials. */
    ImagePuller puller() {
        return puller;
    }

    /** Removes the dead containers that are not kept for their logs. */
    void removeDeadContainers() {
        housekeeping.removeDeadContainers();
    }

    private PodActionRunner runner(VolumeParts volumes, Allocations allocations)
            throws IOException, InterruptedException {
        UserNamespaces userNamespaces = UserNamespaceParts.open(ways.settings());
        NodeVolumes v = volumes.volumes();
        PodObjects objects = volumes.objects();
        RuntimeClasses classes = new RuntimeClasses(volumes.runtimeClasses());
        HookRunner hooks = new HookRunner(ways.runtime()::execSync, events, ticks);
        Services services =
                ways.client()
                        .<Services>map(c -> keep(new WatchedServices(c)))
                        .orElseGet(Services::none);
        PodPreparation preparation =
                new PodPreparation(
                        v.pods(), objects, ways.cgroups(), allocations, events, node::facts);
        SandboxActions sandboxes =
                new SandboxActions(
                        ways.runtime(),
                        view,
                        preparation,
                        classes,
                        events,
                        node::facts,
                        new Gate("sandbox-start", SANDBOXES_AT_ONCE),
                        userNamespaces);
        ContainerStarts starts =
                new ContainerStarts(
                        ways.runtime(),
                        ways.images(),
                        puller,
                        view,
                        new Environments(
                                objects, services, v.pods(), new SafeFiles(Kernel.files())),
                        new ContainerFiles(v.mounts(), node::facts),
                        sandboxes,
                        classes,
                        hooks,
                        logs,
                        allocations,
                        ways.devices().devices(),
                        events,
                        node::facts);
        return new PodActionRunner(
                preparation,
                sandboxes,
                starts,
                new ContainerStops(ways.runtime(), view, hooks, events, ticks),
                new PodCleanup(
                        ways.runtime(),
                        view,
                        v,
                        objects,
                        puller,
                        ways.cgroups(),
                        logs,
                        ways.devices().devices(),
                        userNamespaces,
                        events,
                        node::facts),
                resizes.actions(view));
    }

    /** Looks at the runtime once, so that no pod is taken for new, then opens the sources. */
    void start() throws IOException, InterruptedException {
        volumeParts.start(ways.settings().flags().rootDir(), ways.devices().handler());
        view.relist(FIRST_LOOK);
        keep(new RuntimeEvents(ways.runtime(), view, ticks));
        publisher.start();
        keep(publisher);
        keep(workers);
        resizes.start();
        keep(housekeeping).start();
        startStaticSources();
        ways.requests().ifPresent(this::startMirrors);
        ways.client()
                .ifPresent(client -> {
                    ApiPodSource source =
                            keep(
                                    new ApiPodSource(
                                            client, node.facts().nodeName(), store, events, ticks));
                    ways.node().orElseThrow().onChange(_ -> source.start());
                    if (node.apiNode().isPresent()) {
                        source.start();
                    }
                });
    }

    private Housekeeping housekeeping() {
        int keep = Math.max(1, ways.settings().flags().maximumDeadContainersPerContainer());
        return new Housekeeping(
                new Housekeeping.Sources(
                        store,
                        view,
                        ways.runtime(),
                        logs,
                        volumes.folders(),
                        ways.cgroups(),
                        node.facts().cgroups().names(),
                        workers::has,
                        keep),
                ticks);
    }

    private PodSnapshot.Settings settings() {
        Optional<String> network = node.health().networkProblem();
        CrashBackOff.Limits backOff =
                CrashBackOff.Limits.of(
                        node.facts().gate("ReduceDefaultCrashLoopBackOffDecay"),
                        ways.config().crashLoopBackOff().maxContainerRestartPeriod());
        return new PodSnapshot.Settings(backOff, network.isEmpty(), network.orElse(""));
    }

    private void poke(String uid) {
        workers.poke(uid);
    }

    private void objectsChanged(PodRef pod) {
        workers.objectsChanged(pod.uid());
    }

    PodStore store() {
        return store;
    }

    RuntimeView view() {
        return view;
    }

    PodLogs logs() {
        return logs;
    }

    StatusPublisher publisher() {
        return publisher;
    }

    /** Passes statuses on, and the word that nothing is left of a pod. */
    private final class Statuses implements PodServices.StatusSink {
        @Override
        public void publish(DesiredPod pod, PodStatus status, boolean released) {
            publisher.publish(pod, status);
            if (released) {
                publisher.deleteFromApi(pod.ref());
            }
        }

        @Override
        public void forget(DesiredPod pod) {
            publisher.retainOnly(
                    store.all().stream().map(p -> p.ref().uid()).collect(Collectors.toSet()));
        }
    }

    private StartTimelines timelines() {
        StartTimelines shown = StartEvents.of(events, System.getenv());
        return (pod, timeline) -> {
            ways.counted().starts().ready(pod, timeline);
            shown.ready(pod, timeline);
        };
    }

    @Override
    public void close() {
        parts.close();
    }
}
