package dev.caravel.kubelet.probe;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps a {@link ContainerProbes} for every running container of every pod. */
public final class PodProbes implements Probes {

    private final ContainerProbes.Shared shared;
    private final Supplier<List<String>> hostIps;
    private final Consumer<String> poke;
    private final Instant processStart;
    private final Map<String, Map<String, ContainerProbes>> byPod = new ConcurrentHashMap<>();
    private final Map<String, PodRef> refs = new ConcurrentHashMap<>();

    /**
     * @param hostIps addresses of the node, for pods on its network
     * @param poke told the UID of a pod whose verdict changed
     * @param processStart when this kubelet started
     */
    public PodProbes(
            ContainerRuntime runtime,
            EventSink events,
            Ticks ticks,
            ProbeObserver observer,
            Supplier<List<String>> hostIps,
            Consumer<String> poke,
            Instant processStart) {
        this.shared = new ContainerProbes.Shared(new Prober(runtime), events, ticks, observer);
        this.hostIps = hostIps;
        this.poke = poke;
        this.processStart = processStart;
    }

    @Override
    public void follow(DesiredPod pod, ObservedPod observed, boolean terminating) {
        String uid = pod.ref().uid();
        Map<String, ContainerProbes> mine =
                byPod.computeIfAbsent(uid, _ -> new ConcurrentHashMap<>());
        refs.put(uid, pod.ref());
        for (PodContainer c : PodContainer.all(pod.pod())) {
            if (c.kind() == ContainerKind.INIT || c.kind() == ContainerKind.EPHEMERAL) {
                continue;
            }
            Optional<ObservedContainer> running =
                    observed.newest(c.name()).filter(ObservedContainer::isRunning);
            ContainerProbes known = mine.get(c.name());
            if (known != null
                    && (running.isEmpty() || !known.containerId().equals(running.get().id()))) {
                known.end();
                mine.remove(c.name());
                known = null;
            }
            if (running.isPresent() && known == null && !terminating) {
                known = begin(pod, c, running.get(), observed);
                mine.put(c.name(), known);
            }
            if (terminating && known != null) {
                known.terminating();
            }
        }
    }

    private ContainerProbes begin(
            DesiredPod pod, PodContainer c, ObservedContainer o, ObservedPod observed) {
        Instant startedAt = o.status().startedAt().orElse(o.createdAt());
        boolean older = startedAt.isBefore(processStart);
        // However young: upstream waits for 10 s of age and lets readiness flip before.
        Optional<ProbeVerdict> before = older ? reported(pod, c, o) : Optional.empty();
        Prober.Target target =
                new Prober.Target(o.id(), address(pod, observed), c.spec().getPorts());
        String uid = pod.ref().uid();
        return new ContainerProbes(
                shared, pod.ref(), c, target, startedAt, before, older, () -> poke.accept(uid));
    }

    private Optional<String> address(DesiredPod pod, ObservedPod observed) {
        if (Boolean.TRUE.equals(pod.pod().getSpec().getHostNetwork())) {
            return hostIps.get().stream().findFirst();
        }
        return observed.newestSandbox().flatMap(s -> s.ips().stream().findFirst());
    }

    /** What the API server was last told of this very container. */
    private static Optional<ProbeVerdict> reported(
            DesiredPod pod, PodContainer c, ObservedContainer o) {
        @Nullable PodStatus status = pod.pod().getStatus();
        if (status == null) {
            return Optional.empty();
        }
        return Stream.concat(
                        status.getInitContainerStatuses().stream(),
                        status.getContainerStatuses().stream())
                .filter(s -> s.getName().equals(c.name()) && isOf(s, o))
                .findFirst()
                .map(s ->
                        new ProbeVerdict(
                                o.id(),
                                Boolean.TRUE.equals(s.getStarted()),
                                Boolean.TRUE.equals(s.getReady()),
                                Optional.empty()));
    }

    private static boolean isOf(ContainerStatus s, ObservedContainer o) {
        return s.getContainerID() != null && s.getContainerID().endsWith("://" + o.id());
    }

    @Override
    public Map<String, ProbeVerdict> verdicts(String uid) {
        Map<String, ContainerProbes> mine = byPod.get(uid);
        if (mine == null || mine.isEmpty()) {
            return Map.of();
        }
        Map<String, ProbeVerdict> verdicts = new HashMap<>();
        mine.forEach((name, probes) -> verdicts.put(name, probes.verdict()));
        return verdicts;
    }

    @Override
    public void forget(String uid) {
        Map<String, ContainerProbes> mine = byPod.remove(uid);
        if (mine != null) {
            mine.values().forEach(ContainerProbes::end);
        }
        PodRef ref = refs.remove(uid);
        if (ref != null) {
            shared.observer().forgotten(ref);
        }
    }
}
