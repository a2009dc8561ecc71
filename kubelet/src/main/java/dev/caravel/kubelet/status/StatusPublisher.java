package dev.caravel.kubelet.status;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import dev.caravel.daemon.api.ResourceVersions;
import dev.caravel.daemon.run.DueQueue;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the newest status of each pod and keeps the API server's copy equal to it (contract §5.11).
 * Publishing never blocks: one of a few virtual threads writes the difference at once, statuses
 * published meanwhile become one write. Failures are tried again with back-off, and a copy that
 * somebody else changed is written over. Static pods are written to their mirror.
 *
 * <p>Without an API server (standalone) it only remembers.
 */
public final class StatusPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatusPublisher.class);

    private static final int WRITERS = 8;
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    /** How soon a withheld terminal phase is looked at again if nobody calls before. */
    private static final Duration WITHHELD_RECHECK = Duration.ofSeconds(2);

    private final Optional<ApiRequests> api;
    private final PodStore store;
    private final Predicate<String> mayStillRun;
    private final Ticks ticks;
    private final StatusObserver observer;
    private final DueQueue queue;
    private final Map<String, Entry> entries = new HashMap<>();
    private final List<Thread> writers = new ArrayList<>();

    /**
     * @param api empty in standalone mode
     * @param mayStillRun whether containers of the pod with that UID could be running or devices of
     *     it be in use; as long as they are, a terminal phase is not written
     */
    public StatusPublisher(
            Optional<ApiRequests> api,
            PodStore store,
            Predicate<String> mayStillRun,
            Ticks ticks,
            StatusObserver observer) {
        this.api = api;
        this.store = store;
        this.mayStillRun = mayStillRun;
        this.ticks = ticks;
        this.observer = observer;
        this.queue = new DueQueue(ticks);
    }

    private static final class Entry {
        private final PodRef ref;
        private final boolean isStatic;
        private PodStatus status = Statuses.EMPTY;
        private long version;
        private long sentVersion;
        private long unsentSince;
        private boolean finished;
        private boolean withheld;
        private boolean readFirst;
        private int failures;

        /** The object as the API server answered last; newer than the watch for a moment. */
        private @Nullable Pod answered;

        private Entry(DesiredPod pod) {
            ref = pod.ref();
            isStatic = pod.source().isStatic();
        }
    }

    /** Starts writing. Statuses published before are written now. */
    public void start() {
        if (api.isEmpty()) {
            return;
        }
        ApiRequests requests = api.get();
        store.onChange(this::apiMoved);
        store.onStatusChange(this::apiMoved);
        for (int i = 0; i < WRITERS; i++) {
            writers.add(NamedThreads.start("status/" + i, () -> write(requests)));
        }
    }

    /**
     * Takes the status a worker computed for {@code pod}. Start time, transition times, order of
     * lists and terminal phases are settled against what was published before; the newest wins.
     *
     * @return whether it says something new; a status that makes an ended container run again is
     *     dropped with a log line
     */
    public boolean publish(DesiredPod pod, PodStatus status) {
        String uid = pod.ref().uid();
        synchronized (entries) {
            Entry entry = entries.get(uid);
            PodStatus previous = entry == null ? apiStatus(pod) : entry.status;
            Optional<String> illegal = StatusTransitions.illegalMove(pod.pod(), previous, status);
            if (illegal.isPresent()) {
                log.error("Status of pod {} dropped: {}", pod.ref(), illegal.get());
                return false;
            }
            PodStatus settled = StatusTransitions.settle(pod.pod(), previous, status, ticks.now());
            TerminatedContainers.report(previous, settled, pod.pod(), observer);
            if (entry == null) {
                entry = new Entry(pod);
                entries.put(uid, entry);
            } else if (!entry.withheld && settled.equals(entry.status)) {
                return false;
            }
            entry.status = settled;
            if (entry.version == entry.sentVersion) {
                entry.unsentSince = ticks.nanos();
            }
            entry.version++;
        }
        queue.offer(uid, Duration.ZERO);
        return true;
    }

    /** The newest published status of the pod with that UID, as this node means it. */
    public Optional<PodStatus> latest(String uid) {
        synchronized (entries) {
            Entry entry = entries.get(uid);
            return entry == null ? Optional.empty() : Optional.of(entry.status);
        }
    }

    /**
     * The pod is down and everything it held is released: once the API shows a terminal phase and a
     * deletion mark, the object is deleted with grace 0 (§5.8). Harmless for pods nobody deleted
     * and for static pods. The last status must have been published before.
     */
    public void deleteFromApi(PodRef pod) {
        synchronized (entries) {
            Entry entry = entries.get(pod.uid());
            if (entry == null) {
                Optional<DesiredPod> desired = store.get(pod.uid());
                if (desired.isEmpty()) {
                    return;
                }
                entry = new Entry(desired.get());
                entry.status = apiStatus(desired.get());
                entries.put(pod.uid(), entry);
            }
            entry.finished = true;
        }
        queue.offer(pod.uid(), Duration.ZERO);
    }

    /** Looks at the pod again: its containers are down, or its mirror changed. */
    public void reconsider(String uid) {
        queue.offer(uid, Duration.ZERO);
    }

    /** Forgets statuses of all other pods (housekeeping, once all sources have reported). */
    public void retainOnly(Set<String> uids) {
        synchronized (entries) {
            entries.keySet().retainAll(uids);
        }
    }

    @Override
    public void close() {
        writers.forEach(Thread::interrupt);
    }

    private PodStatus apiStatus(DesiredPod pod) {
        Pod holder =
                pod.source().isStatic()
                        ? store.mirrorOf(pod.ref().fullName()).orElse(pod.pod())
                        : pod.pod();
        return statusOf(holder);
    }

    private static PodStatus statusOf(Pod pod) {
        return pod.getStatus() == null ? Statuses.EMPTY : pod.getStatus();
    }

    /** Someone changed the object in the API; often that was our own write coming back. */
    private void apiMoved(String uid) {
        synchronized (entries) {
            Entry entry = entries.get(uid);
            if (entry == null) {
                return;
            }
            Pod seen = watched(entry);
            if (seen == null || (entry.answered != null && !overtakes(seen, entry.answered))) {
                return;
            }
        }
        queue.offer(uid, Duration.ZERO);
    }

    private void write(ApiRequests requests) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                String uid = queue.take();
                try {
                    write(requests, uid);
                } finally {
                    queue.done(uid);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** What one write is about, read once under the lock. */
    private record Job(PodRef ref, PodStatus status, long version, boolean finished, Pod base) {}

    private void write(ApiRequests requests, String uid) throws InterruptedException {
        Optional<PodRef> readFirst = needsRead(uid);
        try {
            if (readFirst.isPresent()) {
                answered(uid, requests.get(Pod.class, path(readFirst.get(), "")));
            }
            Optional<Job> job = job(uid);
            if (job.isPresent()) {
                write(requests, job.get());
            }
        } catch (ApiException refused) {
            if (refused.notFound()) {
                log.debug("Status of pod {} has no object to go to: {}", uid, refused.getMessage());
                gone(uid);
            } else {
                retry(uid, refused);
            }
        } catch (IOException unreachable) {
            retry(uid, unreachable);
        } catch (RuntimeException impossible) {
            // One pod that cannot be expressed or understood must not stop the others' writer.
            log.error("Status of pod {} cannot be built", uid, impossible);
            retry(uid, impossible);
        }
    }

    private void write(ApiRequests requests, Job job) throws IOException, InterruptedException {
        String uid = job.ref.uid();
        PodStatus held = statusOf(job.base);
        PodStatus merged = StatusMerge.merge(held, job.status, mayStillRun.test(uid), ticks.now());
        Optional<String> patch = StatusPatch.between(job.base.getMetadata().getUid(), held, merged);
        Pod now = job.base;
        if (patch.isPresent()) {
            log.debug("Patch status of pod {}: {}", job.ref, patch.get());
            now =
                    requests.patch(
                            Pod.class,
                            path(job.ref, "/status"),
                            PatchType.STRATEGIC_MERGE,
                            patch.get());
        }
        written(job, now, patch.isPresent(), StatusMerge.withheld(merged, job.status));
        if (job.finished && deletable(now)) {
            requests.delete(path(job.ref, ""), deleteOptions(now));
            log.debug("Pod {} is down and deleted from the API", job.ref);
            gone(uid);
        }
    }

    private static boolean deletable(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null
                && !PodSource.isMirror(pod)
                && Statuses.terminal(statusOf(pod).getPhase());
    }

    private static String deleteOptions(Pod pod) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0,"
                + "\"preconditions\":{\"uid\":\""
                + pod.getMetadata().getUid()
                + "\"}}";
    }

    private Optional<PodRef> needsRead(String uid) {
        synchronized (entries) {
            Entry entry = entries.get(uid);
            return entry != null && entry.readFirst ? Optional.of(entry.ref) : Optional.empty();
        }
    }

    private Optional<Job> job(String uid) {
        synchronized (entries) {
            Entry entry = entries.get(uid);
            if (entry == null) {
                return Optional.empty();
            }
            Pod seen = watched(entry);
            Pod base =
                    entry.answered != null && (seen == null || !overtakes(seen, entry.answered))
                            ? entry.answered
                            : seen;
            if (base == null || (!entry.isStatic && !uid.equals(base.getMetadata().getUid()))) {
                return Optional.empty();
            }
            return Optional.of(
                    new Job(entry.ref, entry.status, entry.version, entry.finished, base));
        }
    }

    /** The object as the watch shows it: the mirror for a static pod. */
    private @Nullable Pod watched(Entry entry) {
        return entry.isStatic
                ? store.mirrorOf(entry.ref.fullName()).orElse(null)
                : store.get(entry.ref.uid()).map(DesiredPod::pod).orElse(null);
    }

    private static boolean overtakes(Pod seen, Pod answered) {
        return !seen.getMetadata().getUid().equals(answered.getMetadata().getUid())
                || ResourceVersions.older(
                        answered.getMetadata().getResourceVersion(),
                        seen.getMetadata().getResourceVersion());
    }

    private void answered(String uid, Pod pod) {
        synchronized (entries) {
            Entry entry = entries.get(uid);
            if (entry != null) {
                entry.answered = pod;
            }
        }
    }

    private void written(Job job, Pod now, boolean patched, boolean withheld) {
        String uid = job.ref.uid();
        Duration took = null;
        synchronized (entries) {
            Entry entry = entries.get(uid);
            if (entry == null) {
                return;
            }
            entry.answered = now;
            entry.readFirst = false;
            entry.failures = 0;
            entry.withheld = withheld;
            if (entry.sentVersion < job.version) {
                entry.sentVersion = job.version;
                took = patched ? Duration.ofNanos(ticks.nanos() - entry.unsentSince) : null;
            }
            if (entry.version > entry.sentVersion) {
                entry.unsentSince = ticks.nanos();
            }
        }
        if (took != null) {
            observer.statusSynced(took);
        }
        if (withheld) {
            queue.offer(uid, WITHHELD_RECHECK);
        }
    }

    private void gone(String uid) {
        synchronized (entries) {
            Entry entry = entries.get(uid);
            if (entry == null) {
                return;
            }
            entry.answered = null;
            entry.readFirst = false;
            entry.failures = 0;
            entry.sentVersion = entry.version;
            if (!entry.isStatic && entry.finished) {
                entries.remove(uid);
            }
        }
    }

    private void retry(String uid, Exception failure) {
        Duration wait;
        PodRef ref;
        synchronized (entries) {
            Entry entry = entries.get(uid);
            if (entry == null) {
                return;
            }
            ref = entry.ref;
            entry.readFirst = true;
            entry.failures++;
            wait = backOff(entry.failures);
        }
        log.warn(
                "Write status of pod {}: {}. Next try in {} ms.",
                ref,
                failure.getMessage(),
                wait.toMillis());
        queue.offer(uid, wait);
    }

    private static Duration backOff(int failures) {
        long millis =
                Math.min(
                        LONGEST_RETRY.toMillis(),
                        FIRST_RETRY.toMillis() << Math.min(failures - 1, 10));
        return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
    }

    private static String path(PodRef ref, String subresource) {
        return "/api/v1/namespaces/" + ref.namespace() + "/pods/" + ref.name() + subresource;
    }
}
