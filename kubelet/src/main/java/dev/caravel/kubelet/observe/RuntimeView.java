package dev.caravel.kubelet.observe;

import dev.caravel.cri.Container;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.Listing;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.Sandbox;
import dev.caravel.cri.SandboxFilter;
import dev.caravel.cri.SandboxState;
import dev.caravel.cri.SandboxStatus;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.RuntimeLabels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runtime has of every pod, kept fresh in three ways: workers note what their own calls
 * brought, events name what moved, and a relist is the truth that repairs whatever both missed. A
 * pod whose details cannot be read keeps its last picture and harms no other.
 */
public final class RuntimeView {

    private static final Logger log = LoggerFactory.getLogger(RuntimeView.class);

    private final ContainerRuntime runtime;
    private final Ticks ticks;
    private final Consumer<String> onChange;
    private final Consumer<Duration> relisted;
    private final Map<String, Entry> pods = new ConcurrentHashMap<>();

    /** Pods that the runtime lists and whose details it has not told yet. */
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();

    private final PodLooks looks = new PodLooks();
    private volatile long lastRelist;

    /**
     * One pod's picture.
     *
     * @param asOf {@link Ticks#nanos} of the newest fact in it
     */
    private record Entry(PodRef ref, ObservedPod observed, long asOf) {}

    /**
     * @param onChange hears the UID of a pod whose picture changed by an event or a relist; not
     *     called for changes a worker noted itself
     */
    public RuntimeView(ContainerRuntime runtime, Ticks ticks, Consumer<String> onChange) {
        this(runtime, ticks, onChange, _ -> {});
    }

    /**
     * The same with an ear for metrics.
     *
     * @param relisted hears how long each relist took
     */
    public RuntimeView(
            ContainerRuntime runtime,
            Ticks ticks,
            Consumer<String> onChange,
            Consumer<Duration> relisted) {
        this.relisted = relisted;
        this.runtime = runtime;
        this.ticks = ticks;
        this.onChange = onChange;
        this.lastRelist = ticks.nanos();
    }

    /** The picture of one pod; empty if the runtime has nothing of it. */
    public ObservedPod of(String uid) {
        Entry e = pods.get(uid);
        return e == null ? ObservedPod.NOTHING : e.observed;
    }

    /**
     * Whether the runtime has something of the pod and does not tell what: nothing may be started
     * for it, it could be there already.
     */
    public boolean isUnseen(String uid) {
        return unseen.contains(uid);
    }

    /** Every pod the runtime has something of. */
    public List<PodRef> all() {
        return pods.values().stream().map(Entry::ref).toList();
    }

    /** Time since the last relist that succeeded. */
    public Duration sinceRelist() {
        return Duration.ofNanos(ticks.nanos() - lastRelist);
    }

    /** A worker asked the runtime about a sandbox. */
    public void note(PodRef ref, SandboxStatus status) {
        change(ref, o -> with(o, Observations.sandbox(status)));
    }

    /** A worker asked the runtime about a container. */
    public void note(PodRef ref, String sandboxId, ContainerStatus status) {
        change(ref, o -> with(o, Observations.container(sandboxId, status)));
    }

    /** A worker removed a sandbox or a container. */
    public void noteRemoved(String uid, String id) {
        pods.computeIfPresent(
                uid,
                (_, e) -> {
                    ObservedPod left = without(e.observed, id);
                    return left.isEmpty() ? null : new Entry(e.ref, left, ticks.nanos());
                });
    }

    /**
     * Looks at one pod anew. Throws {@link RuntimeCallException} if the runtime does not answer.
     */
    public void refresh(PodRef ref) {
        long start = ticks.nanos();
        Map<String, String> label = Map.of(RuntimeLabels.POD_UID, ref.uid());
        Listing<Sandbox> sandboxes = runtime.listPodSandboxes(SandboxFilter.withLabels(label));
        Listing<Container> containers = runtime.listContainers(ContainerFilter.withLabels(label));
        store(ref, look(of(ref.uid()), sandboxes.items(), containers.items(), true), start);
    }

    /** Looks at one pod anew, soon, and tells when that is done; a failure waits for the relist. */
    void refreshSoon(PodRef ref) {
        looks.look(ref.uid(), () -> refreshAndTell(ref));
    }

    private void refreshAndTell(PodRef ref) {
        try {
            refresh(ref);
            onChange.accept(ref.uid());
        } catch (RuntimeCallException e) {
            log.debug(
                    "Looking at pod {} after an event failed: {}; the next relist repairs it",
                    ref,
                    e.getMessage());
        }
    }

    /**
     * Lists everything and looks closer at what moved.
     *
     * @param patience how long to wait for the closer looks; one that takes longer goes on alone
     * @throws RuntimeCallException when the runtime does not list
     */
    public void relist(Duration patience) throws InterruptedException {
        long start = ticks.nanos();
        Listing<Sandbox> sandboxes = runtime.listPodSandboxes(SandboxFilter.all());
        Listing<Container> containers = runtime.listContainers(ContainerFilter.all());
        Map<PodRef, Listed> byPod = new HashMap<>();
        for (Sandbox s : sandboxes.items()) {
            Observations.pod(s.labels())
                    .ifPresent(r -> byPod.computeIfAbsent(r, _ -> new Listed()).sandboxes.add(s));
        }
        for (Container c : containers.items()) {
            Observations.pod(c.labels())
                    .ifPresent(r -> byPod.computeIfAbsent(r, _ -> new Listed()).containers.add(c));
        }
        Set<String> unreadable = new HashSet<>();
        sandboxes.unusable().forEach(u -> unreadable.add(u.id()));
        containers.unusable().forEach(u -> unreadable.add(u.id()));
        Set<String> seen = new HashSet<>();
        Map<PodRef, Listed> moved = new HashMap<>();
        byPod.forEach((ref, listed) -> {
            seen.add(ref.uid());
            if (moved(of(ref.uid()), listed)) {
                moved.put(ref, listed);
            }
        });
        for (Entry e : pods.values()) {
            if (!seen.contains(e.ref.uid()) && e.asOf < start && !holds(e.observed, unreadable)) {
                forget(e, start);
            }
        }
        unseen.retainAll(seen);
        lookCloser(moved, start, patience);
        lastRelist = ticks.nanos();
        relisted.accept(Duration.ofNanos(lastRelist - start));
    }

    private void lookCloser(Map<PodRef, Listed> moved, long start, Duration patience)
            throws InterruptedException {
        CountDownLatch open = new CountDownLatch(moved.size());
        moved.forEach((ref, listed) -> {
            if (!pods.containsKey(ref.uid())) {
                unseen.add(ref.uid());
            }
            looks.lookIfIdle(ref.uid(), () -> relistPod(ref, listed, start), open::countDown);
        });
        if (!open.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn(
                    "The runtime does not tell in {} s how {} of {} pods are; the others go on",
                    patience.toSeconds(),
                    open.getCount(),
                    moved.size());
        }
    }

    private static final class Listed {
        final List<Sandbox> sandboxes = new ArrayList<>();
        final List<Container> containers = new ArrayList<>();
    }

    private void relistPod(PodRef ref, Listed listed, long start) {
        try {
            ObservedPod after = look(of(ref.uid()), listed.sandboxes, listed.containers, false);
            if (store(ref, after, start)) {
                onChange.accept(ref.uid());
            }
        } catch (RuntimeCallException e) {
            log.warn(
                    "Looking at pod {} failed: {}. Its last picture stays; next try with the next relist.",
                    ref,
                    e.getMessage());
        }
    }

    private void forget(Entry gone, long start) {
        boolean[] removed = new boolean[1];
        pods.computeIfPresent(
                gone.ref.uid(),
                (_, e) -> {
                    removed[0] = e.asOf < start;
                    return removed[0] ? null : e;
                });
        if (removed[0]) {
            onChange.accept(gone.ref.uid());
        }
    }

    private static boolean holds(ObservedPod pod, Set<String> ids) {
        return pod.sandboxes().stream().anyMatch(s -> ids.contains(s.id()))
                || pod.containers().stream().anyMatch(c -> ids.contains(c.id()));
    }

    private static boolean moved(ObservedPod before, Listed now) {
        if (before.sandboxes().size() != now.sandboxes.size()
                || before.containers().size() != now.containers.size()) {
            return true;
        }
        Map<String, Boolean> ready = new HashMap<>();
        before.sandboxes().forEach(s -> ready.put(s.id(), s.ready()));
        for (Sandbox s : now.sandboxes) {
            Boolean was = ready.get(s.id());
            if (was == null || was != (s.state() == SandboxState.READY)) {
                return true;
            }
        }
        Map<String, ObservedContainer> known = new HashMap<>();
        before.containers().forEach(c -> known.put(c.id(), c));
        return now.containers.stream()
                .anyMatch(c -> known.get(c.id()) == null || known.get(c.id()).state() != c.state());
    }

    /** Asks for details of what is new or moved; of everything if {@code all}. */
    private ObservedPod look(
            ObservedPod before, List<Sandbox> sandboxes, List<Container> containers, boolean all) {
        List<ObservedSandbox> s = new ArrayList<>();
        for (Sandbox listed : sandboxes) {
            Optional<ObservedSandbox> known =
                    before.sandboxes().stream().filter(x -> x.id().equals(listed.id())).findFirst();
            boolean same =
                    known.isPresent()
                            && known.get().ready() == (listed.state() == SandboxState.READY);
            if (same && (!all || !known.get().ips().isEmpty())) {
                s.add(known.get());
            } else {
                ifThere(() ->
                        s.add(
                                keepAddress(
                                        Observations.sandbox(runtime.podSandboxStatus(listed.id())),
                                        known)));
            }
        }
        List<ObservedContainer> c = new ArrayList<>();
        for (Container listed : containers) {
            Optional<ObservedContainer> known =
                    before.containers().stream()
                            .filter(x -> x.id().equals(listed.id()))
                            .findFirst();
            if (known.isPresent() && known.get().state() == listed.state()) {
                c.add(known.get());
            } else {
                ifThere(() ->
                        c.add(
                                Observations.container(
                                        listed.sandboxId(), runtime.containerStatus(listed.id()))));
            }
        }
        return new ObservedPod(s, c);
    }

    /** A dead sandbox may have lost its address; the last known one stays (contract §4.9). */
    private static ObservedSandbox keepAddress(
            ObservedSandbox now, Optional<ObservedSandbox> known) {
        if (!now.ips().isEmpty() || known.isEmpty() || known.get().ips().isEmpty()) {
            return now;
        }
        return new ObservedSandbox(
                now.id(),
                now.attempt(),
                now.ready(),
                now.createdAt(),
                known.get().ips(),
                now.hostNetwork());
    }

    /** Between list and look the object may have gone; then it is simply not in the picture. */
    private static void ifThere(Runnable look) {
        try {
            look.run();
        } catch (RuntimeCallException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** Stores a picture begun at {@code start} unless something newer was noted meanwhile. */
    private boolean store(PodRef ref, ObservedPod observed, long start) {
        boolean[] stored = new boolean[1];
        pods.compute(
                ref.uid(),
                (_, e) -> {
                    if (e != null && e.asOf >= start) {
                        return e;
                    }
                    stored[0] = true;
                    unseen.remove(ref.uid());
                    return observed.isEmpty() ? null : new Entry(ref, observed, start);
                });
        return stored[0];
    }

    private void change(PodRef ref, UnaryOperator<ObservedPod> change) {
        unseen.remove(ref.uid());
        pods.compute(
                ref.uid(),
                (_, e) ->
                        new Entry(
                                ref,
                                change.apply(e == null ? ObservedPod.NOTHING : e.observed),
                                ticks.nanos()));
    }

    private static ObservedPod with(ObservedPod pod, ObservedSandbox sandbox) {
        List<ObservedSandbox> all = new ArrayList<>(pod.sandboxes());
        Optional<ObservedSandbox> known =
                all.stream().filter(s -> s.id().equals(sandbox.id())).findFirst();
        all.removeIf(s -> s.id().equals(sandbox.id()));
        all.add(keepAddress(sandbox, known));
        return new ObservedPod(all, pod.containers());
    }

    /** A container that has ended stays so: an answer that says otherwise was asked for earlier. */
    private static ObservedPod with(ObservedPod pod, ObservedContainer container) {
        List<ObservedContainer> all = new ArrayList<>(pod.containers());
        if (all.stream().anyMatch(c -> c.id().equals(container.id()) && c.hasExited())) {
            return pod;
        }
        all.removeIf(c -> c.id().equals(container.id()));
        all.add(container);
        return new ObservedPod(pod.sandboxes(), all);
    }

    private static ObservedPod without(ObservedPod pod, String id) {
        return new ObservedPod(
                pod.sandboxes().stream().filter(s -> !s.id().equals(id)).toList(),
                pod.containers().stream()
                        .filter(c -> !c.id().equals(id) && !c.sandboxId().equals(id))
                        .toList());
    }
}
