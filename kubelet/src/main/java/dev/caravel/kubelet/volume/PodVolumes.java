package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.env.MountedVolumes;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of all pods on this node. Called by each pod's worker; calls for different pods run
 * side by side, calls for one pod one after the other. Nothing is kept on disk about them but the
 * volumes themselves: after a restart the same calls find what is there and leave it alone.
 */
public final class PodVolumes implements MountedVolumes {
    private static final Logger log = LoggerFactory.getLogger(PodVolumes.class);

    private final List<VolumePlugin> plugins;
    private final ClaimResolver claims;
    private final NodeGate node;
    private final Clock clock;
    private final Map<String, State> pods = new ConcurrentHashMap<>();

    /** The one pod that may use a persistent volume of mode ReadWriteOncePod, by the volume. */
    private final Map<String, String> exclusive = new ConcurrentHashMap<>();

    /** Whether this node may use a persistent volume. */
    @FunctionalInterface
    public interface NodeGate {
        /** The name and labels of this node; empty when they are not known yet. */
        Optional<NodeLabels> labels();

        /** A kubelet without Node object: every volume may be used. */
        static NodeGate open() {
            return Optional::empty;
        }
    }

    /** What node affinity looks at. */
    public record NodeLabels(String nodeName, Map<String, String> labels) {
        public NodeLabels {
            labels = Map.copyOf(labels);
        }
    }

    /** What this process knows about the volumes of one pod. Guarded by its lock. */
    private static final class State {
        final ReentrantLock lock = new ReentrantLock();
        final Map<String, Prepared> prepared = new HashMap<>();
        final Map<String, Resting> resting = new HashMap<>();
    }

    /** A volume that is ready. */
    private record Prepared(PodVolume volume, VolumePlugin plugin, PreparedVolume ready) {}

    /** A volume that has failed. */
    private record Resting(VolumeBackOff backOff, VolumeFailure failure) {}

    /**
     * @param plugins all kinds of volume there are
     */
    public PodVolumes(
            List<VolumePlugin> plugins, ClaimResolver claims, NodeGate node, Clock clock) {
        this.plugins = List.copyOf(plugins);
        this.claims = claims;
        this.node = node;
        this.clock = clock;
    }

    /**
     * Makes ready every volume the pod's containers use that is not ready yet. Blocks as long as
     * that takes; a volume that has failed rests before it is tried again.
     */
    public VolumeOutcome prepare(DesiredPod pod) throws InterruptedException {
        return work(pod.pod(), false);
    }

    /** The same, and brings up to date what volumes show of other objects. */
    public VolumeOutcome refresh(DesiredPod pod) throws InterruptedException {
        return work(pod.pod(), true);
    }

    /** Lets failed volumes be tried at the next call: what they wait for may have come. */
    public void retryNow(String podUid) {
        State state = pods.get(podUid);
        if (state != null) {
            state.lock.lock();
            try {
                state.resting.clear();
            } finally {
                state.lock.unlock();
            }
        }
    }

    /** Where a mounted volume lies; empty for one that is not on the node's file system. */
    @Override
    public Optional<Path> hostPath(PodRef pod, String volume) {
        return prepared(pod.uid(), volume)
                .filter(PreparedVolume.OnHost.class::isInstance)
                .map(v -> ((PreparedVolume.OnHost) v).path());
    }

    /** A volume that is ready, by its name in the pod. */
    public Optional<PreparedVolume> prepared(String podUid, String volume) {
        State state = pods.get(podUid);
        if (state == null) {
            return Optional.empty();
        }
        state.lock.lock();
        try {
            return Optional.ofNullable(state.prepared.get(volume)).map(Prepared::ready);
        } finally {
            state.lock.unlock();
        }
    }

    /**
     * Groups that persistent volumes ask for by annotation and the pod does not have anyway, for
     * the containers' processes.
     */
    public List<Long> extraGroups(DesiredPod pod) {
        State state = pods.get(pod.ref().uid());
        if (state == null) {
            return List.of();
        }
        PodSecurityContext context = pod.pod().getSpec().getSecurityContext();
        List<Long> own = context == null ? List.of() : context.getSupplementalGroups();
        state.lock.lock();
        try {
            return state.prepared.values().stream()
                    .flatMap(p -> p.volume().persistentVolume().stream())
                    .flatMap(pv -> VolumeGroups.annotated(pv).stream())
                    .filter(group -> !own.contains(group))
                    .distinct()
                    .sorted()
                    .toList();
        } finally {
            state.lock.unlock();
        }
    }

    /** Forgets a pod; its volumes must be torn down already. */
    void forget(String podUid) {
        pods.remove(podUid);
        exclusive.values().removeIf(podUid::equals);
    }

    private VolumeOutcome work(Pod pod, boolean refresh) throws InterruptedException {
        VolumeUse use = VolumeUse.of(pod);
        State state = pods.computeIfAbsent(pod.getMetadata().getUid(), _ -> new State());
        state.lock.lockInterruptibly();
        try {
            List<Resting> failed = new ArrayList<>();
            for (Volume volume : pod.getSpec().getVolumes()) {
                if (use.uses(volume.getName())) {
                    ready(pod, volume, use, state, refresh).ifPresent(failed::add);
                }
            }
            return outcome(state, failed);
        } finally {
            state.lock.unlock();
        }
    }

    private static VolumeOutcome outcome(State state, List<Resting> failed) {
        if (failed.isEmpty()) {
            return new VolumeOutcome.Ready(
                    state.prepared.values().stream()
                            .flatMap(p -> refreshAt(p.ready()).stream())
                            .min(Instant::compareTo));
        }
        Instant retryAt = failed.getFirst().backOff().until();
        for (Resting resting : failed) {
            if (resting.backOff().until().isBefore(retryAt)) {
                retryAt = resting.backOff().until();
            }
        }
        return new VolumeOutcome.Failed(failed.stream().map(Resting::failure).toList(), retryAt);
    }

    private static Optional<Instant> refreshAt(PreparedVolume volume) {
        return switch (volume) {
            case PreparedVolume.OnHost v -> v.refreshAt();
            case PreparedVolume.OfImage _ -> Optional.empty();
            case PreparedVolume.BlockDevice _ -> Optional.empty();
        };
    }

    /** Makes one volume ready; what it returns is why it is not. */
    private Optional<Resting> ready(
            Pod pod, Volume volume, VolumeUse use, State state, boolean refresh)
            throws InterruptedException {
        String name = volume.getName();
        Prepared before = state.prepared.get(name);
        if (before != null && !(refresh && before.plugin().follows(before.volume()))) {
            return Optional.empty();
        }
        Resting resting = state.resting.get(name);
        if (resting != null && resting.backOff().resting(clock.instant())) {
            return Optional.of(resting);
        }
        Optional<VolumeFailure> failure = attempt(pod, volume, use, state, before == null);
        if (failure.isEmpty()) {
            state.resting.remove(name);
            return Optional.empty();
        }
        Instant now = clock.instant();
        VolumeBackOff backOff =
                resting == null ? VolumeBackOff.first(now) : resting.backOff().next(now);
        Resting next = new Resting(backOff, failure.get());
        state.resting.put(name, next);
        log.atWarn()
                .setMessage("{}; next try in {} ms")
                .addArgument(failure.get().message())
                .addArgument(backOff.pause().toMillis())
                .addKeyValue(
                        "pod", pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName())
                .log();
        return Optional.of(next);
    }

    private Optional<VolumeFailure> attempt(
            Pod pod, Volume volume, VolumeUse use, State state, boolean first)
            throws InterruptedException {
        PodVolume resolved;
        try {
            Prepared before = state.prepared.get(volume.getName());
            resolved = before != null ? before.volume() : claims.resolve(pod, volume, use);
        } catch (VolumeException e) {
            return Optional.of(VolumeFailure.unresolved(volume.getName(), e));
        }
        try {
            requireNode(resolved);
            requireExclusive(pod, resolved);
            VolumePlugin plugin = pluginOf(resolved);
            PreparedVolume ready = plugin.prepare(new VolumeRequest(pod, resolved, first));
            state.prepared.put(volume.getName(), new Prepared(resolved, plugin, ready));
            return Optional.empty();
        } catch (VolumeException e) {
            return Optional.of(VolumeFailure.of(resolved, e));
        } catch (IllegalArgumentException e) {
            // A name no folder can have; the pod gets the blame and the worker lives on.
            return Optional.of(
                    VolumeFailure.of(
                            resolved, new VolumeException(String.valueOf(e.getMessage()), e)));
        }
    }

    private VolumePlugin pluginOf(PodVolume volume) throws VolumeException {
        for (VolumePlugin plugin : plugins) {
            if (plugin.supports(volume)) {
                return plugin;
            }
        }
        if (volume.claimed().isEmpty() && volume.volume().getGitRepo() != null) {
            // CVE-2024-10220: cloning a repository on the node runs code of whoever wrote it.
            throw new VolumeException("the gitRepo volume plugin has been disabled");
        }
        throw new VolumeException("no volume plugin matched");
    }

    private void requireNode(PodVolume volume) throws VolumeException {
        Optional<NodeLabels> labels = node.labels();
        if (volume.persistentVolume().isPresent()
                && labels.isPresent()
                && !NodeAffinity.allows(
                        volume.persistentVolume().get(),
                        labels.get().nodeName(),
                        labels.get().labels())) {
            throw VolumeException.during(
                    "MountVolume.NodeAffinity check",
                    new VolumeException("no matching NodeSelectorTerms"));
        }
    }

    private void requireExclusive(Pod pod, PodVolume volume) throws VolumeException {
        if (volume.persistentVolume().isEmpty()
                || !volume.persistentVolume()
                        .get()
                        .getSpec()
                        .getAccessModes()
                        .contains("ReadWriteOncePod")) {
            return;
        }
        String uid = pod.getMetadata().getUid();
        String owner = exclusive.putIfAbsent(volume.specName(), uid);
        if (owner != null && !owner.equals(uid)) {
            throw new VolumeException(
                    "volume uses the ReadWriteOncePod access mode and is already in use by another"
                            + " pod");
        }
    }

    /** All plugins, for tearing down what is found on disk. */
    List<VolumePlugin> plugins() {
        return plugins;
    }
}
