package dev.caravel.kubelet.desired;

import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pods this node should run: the newest version per UID from each source. Mirror pods, which
 * only show a static pod to the API server, are kept apart and never count as desired.
 *
 * <p>Sources write (one thread a source), workers and loops read. A listener hears only the UID and
 * is called without any lock held, after the change is visible; it must not block.
 */
public final class PodStore {
    private final Set<PodSource> expected;
    private final Object lock = new Object();
    private final Map<PodSource, Map<String, DesiredPod>> bySource = new EnumMap<>(PodSource.class);
    private final Set<PodSource> synced = EnumSet.noneOf(PodSource.class);
    private final Map<String, Pod> mirrorsByUid = new HashMap<>();
    private final Map<String, Pod> mirrorsByName = new HashMap<>();
    private final List<Consumer<String>> workListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> statusListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> mirrorListeners = new CopyOnWriteArrayList<>();

    /**
     * @param expected the sources configured; {@link #allSynced} waits for each of them
     */
    public PodStore(Set<PodSource> expected) {
        this.expected = Set.copyOf(expected);
        for (PodSource source : PodSource.values()) {
            bySource.put(source, new LinkedHashMap<>());
        }
    }

    /** Hears the UID of a pod that appeared, changed in a way a worker must see, or vanished. */
    public void onChange(Consumer<String> listener) {
        workListeners.add(listener);
    }

    /** Hears the UID of a pod whose status in the API moved while nothing else did. */
    public void onStatusChange(Consumer<String> listener) {
        statusListeners.add(listener);
    }

    /** Hears the {@code namespace/name} of a mirror pod that appeared, changed or vanished. */
    public void onMirrorChange(Consumer<String> listener) {
        mirrorListeners.add(listener);
    }

    /** Takes one pod as its source has it now. A pod of the same name and another UID is gone. */
    public void put(DesiredPod pod) {
        Notices notices = new Notices();
        synchronized (lock) {
            Map<String, DesiredPod> pods = pods(pod.source());
            if (!isMirror(pod)) {
                displaceNamesake(pods, pod.ref(), notices);
            }
            accept(pods, pod, notices);
        }
        notices.deliver();
    }

    /** Forgets one pod, mirror or not, of a source; unknown UIDs are fine. */
    public void remove(PodSource source, String uid) {
        Notices notices = new Notices();
        synchronized (lock) {
            if (pods(source).remove(uid) != null) {
                notices.work.add(uid);
            }
            if (source == PodSource.API) {
                removeMirror(uid, notices);
            }
        }
        notices.deliver();
    }

    /**
     * Makes the pods of {@code source} exactly these and marks the source synced. Of two pods with
     * one name the first stays.
     *
     * @return the pods not taken because an earlier one of the list has their name; the source
     *     reports each with event FailedValidation
     */
    public List<DesiredPod> replaceAll(PodSource source, Collection<DesiredPod> all) {
        Notices notices = new Notices();
        List<DesiredPod> duplicates = new ArrayList<>();
        synchronized (lock) {
            Set<String> names = new HashSet<>();
            Set<String> kept = new HashSet<>();
            List<DesiredPod> accepted = new ArrayList<>();
            for (DesiredPod pod : all) {
                if (names.add(pod.ref().fullName())) {
                    accepted.add(pod);
                    kept.add(pod.ref().uid());
                } else {
                    duplicates.add(pod);
                }
            }
            Map<String, DesiredPod> pods = pods(source);
            for (String uid : List.copyOf(pods.keySet())) {
                if (!kept.contains(uid)) {
                    pods.remove(uid);
                    notices.work.add(uid);
                }
            }
            if (source == PodSource.API) {
                for (String uid : List.copyOf(mirrorsByUid.keySet())) {
                    if (!kept.contains(uid)) {
                        removeMirror(uid, notices);
                    }
                }
            }
            accepted.forEach(pod -> accept(pods, pod, notices));
            synced.add(source);
        }
        notices.deliver();
        return List.copyOf(duplicates);
    }

    /** Whether {@code source} has reported its whole set at least once. */
    public boolean synced(PodSource source) {
        synchronized (lock) {
            return synced.contains(source);
        }
    }

    /** Whether every expected source has; before that nothing may be cleaned up (§5.1). */
    public boolean allSynced() {
        synchronized (lock) {
            return synced.containsAll(expected);
        }
    }

    /** The desired pod of that UID, static sources first. */
    public Optional<DesiredPod> get(String uid) {
        synchronized (lock) {
            for (PodSource source : PRECEDENCE) {
                DesiredPod pod = pods(source).get(uid);
                if (pod != null) {
                    return Optional.of(pod);
                }
            }
            return Optional.empty();
        }
    }

    /** The desired pod of that {@code namespace/name}, static sources first. */
    public Optional<DesiredPod> byFullName(String fullName) {
        synchronized (lock) {
            for (PodSource source : PRECEDENCE) {
                DesiredPod pod = named(pods(source), fullName);
                if (pod != null) {
                    return Optional.of(pod);
                }
            }
            return Optional.empty();
        }
    }

    /** All desired pods of all sources, mirrors excluded; one entry a UID. */
    public List<DesiredPod> all() {
        synchronized (lock) {
            Map<String, DesiredPod> all = new LinkedHashMap<>();
            for (PodSource source : PRECEDENCE) {
                pods(source).forEach(all::putIfAbsent);
            }
            return List.copyOf(all.values());
        }
    }

    /** The mirror in the API of the static pod {@code namespace/name}. */
    public Optional<Pod> mirrorOf(String staticFullName) {
        synchronized (lock) {
            return Optional.ofNullable(mirrorsByName.get(staticFullName));
        }
    }

    /** Mirrors whose static pod no longer exists; they are to be deleted (§5.2). */
    public List<Pod> orphanMirrors() {
        synchronized (lock) {
            List<Pod> orphans = new ArrayList<>();
            mirrorsByName.forEach((name, mirror) -> {
                if (staticNamed(name) == null) {
                    orphans.add(mirror);
                }
            });
            return List.copyOf(orphans);
        }
    }

    /** Number of mirror pods, for metric {@code kubelet_mirror_pods}. */
    public int mirrorCount() {
        synchronized (lock) {
            return mirrorsByName.size();
        }
    }

    private static final List<PodSource> PRECEDENCE =
            List.of(PodSource.FILE, PodSource.HTTP, PodSource.API);

    private static boolean isMirror(DesiredPod pod) {
        return pod.source() == PodSource.API && PodSource.isMirror(pod.pod());
    }

    private void displaceNamesake(Map<String, DesiredPod> pods, PodRef ref, Notices notices) {
        DesiredPod namesake = named(pods, ref.fullName());
        if (namesake != null && !namesake.ref().uid().equals(ref.uid())) {
            pods.remove(namesake.ref().uid());
            notices.work.add(namesake.ref().uid());
        }
    }

    private void accept(Map<String, DesiredPod> pods, DesiredPod pod, Notices notices) {
        if (isMirror(pod)) {
            acceptMirror(pod, notices);
            return;
        }
        DesiredPod before = pods.put(pod.ref().uid(), pod);
        if (before == null) {
            notices.work.add(pod.ref().uid());
            return;
        }
        switch (PodChange.between(before.pod(), pod.pod())) {
            case NONE -> {}
            case STATUS -> notices.status.add(pod.ref().uid());
            case WORK -> notices.work.add(pod.ref().uid());
        }
    }

    private void acceptMirror(DesiredPod mirror, Notices notices) {
        String name = mirror.ref().fullName();
        Pod before = mirrorsByName.put(name, mirror.pod());
        if (before != null && !before.getMetadata().getUid().equals(mirror.ref().uid())) {
            mirrorsByUid.remove(before.getMetadata().getUid());
        }
        mirrorsByUid.put(mirror.ref().uid(), mirror.pod());
        if (before == null || PodChange.between(before, mirror.pod()) != PodChange.NONE) {
            mirrorNotice(name, notices);
        }
    }

    private void removeMirror(String uid, Notices notices) {
        Pod mirror = mirrorsByUid.remove(uid);
        if (mirror == null) {
            return;
        }
        String name = PodRef.of(mirror).fullName();
        mirrorsByName.computeIfPresent(
                name, (n, held) -> held.getMetadata().getUid().equals(uid) ? null : held);
        mirrorNotice(name, notices);
    }

    private void mirrorNotice(String fullName, Notices notices) {
        notices.mirrors.add(fullName);
        DesiredPod owner = staticNamed(fullName);
        if (owner != null) {
            notices.status.add(owner.ref().uid());
        }
    }

    private @Nullable DesiredPod staticNamed(String fullName) {
        DesiredPod file = named(pods(PodSource.FILE), fullName);
        return file != null ? file : named(pods(PodSource.HTTP), fullName);
    }

    private static @Nullable DesiredPod named(Map<String, DesiredPod> pods, String fullName) {
        for (DesiredPod pod : pods.values()) {
            if (pod.ref().fullName().equals(fullName)) {
                return pod;
            }
        }
        return null;
    }

    private Map<String, DesiredPod> pods(PodSource source) {
        return Objects.requireNonNull(bySource.get(source));
    }

    /** What to tell whom once the lock is free. */
    private final class Notices {
        private final Set<String> work = new LinkedHashSet<>();
        private final Set<String> status = new LinkedHashSet<>();
        private final Set<String> mirrors = new LinkedHashSet<>();

        private void deliver() {
            work.forEach(uid -> workListeners.forEach(l -> l.accept(uid)));
            status.forEach(uid -> statusListeners.forEach(l -> l.accept(uid)));
            mirrors.forEach(name -> mirrorListeners.forEach(l -> l.accept(name)));
        }
    }
}
