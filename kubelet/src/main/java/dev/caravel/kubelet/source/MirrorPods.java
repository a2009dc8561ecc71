package dev.caravel.kubelet.source;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.DueQueue;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one mirror pod in the API for each static pod, so that the cluster sees it (contract §5.2).
 * A mirror that is being deleted or shows another version is replaced, one without a static pod is
 * deleted. Nothing a mirror says ever changes what runs here.
 */
public final class MirrorPods implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MirrorPods.class);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

    private final ApiRequests api;
    private final PodStore store;
    private final String nodeName;
    private final Predicate<String> terminating;
    private final DueQueue queue;
    private final Map<String, Integer> failures = new HashMap<>();
    private volatile Optional<String> nodeUid = Optional.empty();
    private @Nullable Thread worker;

    /**
     * @param terminating whether a static pod of that {@code namespace/name} is still being brought
     *     down here; its mirror stays until then, to show how it ends
     */
    public MirrorPods(
            ApiRequests api,
            PodStore store,
            String nodeName,
            Predicate<String> terminating,
            Ticks ticks) {
        this.api = api;
        this.store = store;
        this.nodeName = nodeName;
        this.terminating = terminating;
        this.queue = new DueQueue(ticks);
    }

    /** Starts listening to the store; mirrors are written once the node is known. */
    public void start() {
        store.onChange(this::podChanged);
        store.onMirrorChange(name -> queue.offer(name, Duration.ZERO));
        worker = NamedThreads.start("mirror-pods", this::work);
    }

    /**
     * The Node object exists: its UID becomes the owner of each mirror. A node made anew under the
     * same name brings a new UID, and mirrors are then recreated as the old ones are collected.
     */
    public void nodeKnown(String uid) {
        if (nodeUid.filter(uid::equals).isPresent()) {
            return;
        }
        nodeUid = Optional.of(uid);
        reconcileAll();
    }

    /** Looks at every static pod and every mirror: housekeeping, and after registration. */
    public void reconcileAll() {
        for (DesiredPod pod : store.all()) {
            if (pod.source().isStatic()) {
                queue.offer(pod.ref().fullName(), Duration.ZERO);
            }
        }
        for (Pod orphan : store.orphanMirrors()) {
            queue.offer(PodRef.of(orphan).fullName(), Duration.ZERO);
        }
    }

    @Override
    public void close() {
        if (worker != null) {
            worker.interrupt();
        }
    }

    private void podChanged(String uid) {
        Optional<DesiredPod> pod = store.get(uid);
        if (pod.isPresent()) {
            if (pod.get().source().isStatic()) {
                queue.offer(pod.get().ref().fullName(), Duration.ZERO);
            }
            return;
        }
        // A static pod may have left a mirror behind.
        store.orphanMirrors().forEach(o -> queue.offer(PodRef.of(o).fullName(), Duration.ZERO));
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                String name = queue.take();
                try {
                    reconcile(name);
                    failures.remove(name);
                } catch (IOException failed) {
                    retry(name, failed);
                } finally {
                    queue.done(name);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void reconcile(String fullName) throws IOException, InterruptedException {
        Optional<String> owner = nodeUid;
        if (owner.isEmpty() || !store.allSynced()) {
            return;
        }
        Optional<DesiredPod> wanted =
                store.byFullName(fullName).filter(pod -> pod.source().isStatic());
        Optional<Pod> mirror = store.mirrorOf(fullName);
        if (wanted.isEmpty()) {
            if (mirror.isPresent() && !terminating.test(fullName)) {
                delete(mirror.get());
            }
            return;
        }
        Pod pod = wanted.get().pod();
        if (mirror.isPresent()) {
            if (mirrors(mirror.get(), pod)) {
                return;
            }
            delete(mirror.get());
        }
        create(pod, owner.get());
    }

    private static boolean mirrors(Pod mirror, Pod pod) {
        return mirror.getMetadata().getDeletionTimestamp() == null
                && hash(pod)
                        .equals(
                                mirror.getMetadata()
                                        .getAnnotations()
                                        .get(PodSource.MIRROR_ANNOTATION));
    }

    private static String hash(Pod pod) {
        return pod.getMetadata().getAnnotations().getOrDefault(PodSource.HASH_ANNOTATION, "");
    }

    private void create(Pod pod, String owner) throws IOException, InterruptedException {
        PodRef ref = PodRef.of(pod);
        String path = "/api/v1/namespaces/" + ref.namespace() + "/pods";
        try {
            api.create(Pod.class, path, mirror(pod, nodeName, owner));
            log.info("Mirror pod {} created", ref);
        } catch (ApiException refused) {
            if (!refused.alreadyExists()) {
                throw refused;
            }
            Pod there = api.get(Pod.class, path + "/" + ref.name());
            if (!PodSource.isMirror(there) || !mirrors(there, pod)) {
                throw refused;
            }
        }
    }

    /** The object to create: the static pod as it is, marked as a mirror and owned by the node. */
    static Pod mirror(Pod pod, String nodeName, String nodeUid) {
        ObjectMeta from = pod.getMetadata();
        Map<String, String> annotations = new LinkedHashMap<>(from.getAnnotations());
        annotations.put(PodSource.MIRROR_ANNOTATION, hash(pod));
        OwnerReference owner = new OwnerReference();
        owner.setApiVersion("v1");
        owner.setKind("Node");
        owner.setName(nodeName);
        owner.setUid(nodeUid);
        owner.setController(true);
        ObjectMeta meta = new ObjectMeta();
        meta.setNamespace(from.getNamespace());
        meta.setName(from.getName());
        meta.setLabels(from.getLabels());
        meta.setAnnotations(annotations);
        meta.setOwnerReferences(List.of(owner));
        Pod mirror = new Pod();
        mirror.setMetadata(meta);
        mirror.setSpec(pod.getSpec());
        return mirror;
    }

    private void delete(Pod mirror) throws IOException, InterruptedException {
        PodRef ref = PodRef.of(mirror);
        String path = "/api/v1/namespaces/" + ref.namespace() + "/pods/" + ref.name();
        String options =
                "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0,"
                        + "\"preconditions\":{\"uid\":\""
                        + ref.uid()
                        + "\"}}";
        try {
            api.delete(path, options);
            log.info("Mirror pod {} deleted", ref);
        } catch (ApiException refused) {
            // Gone, or replaced by another object: the watch will say which.
            if (!refused.notFound() && !refused.conflict()) {
                throw refused;
            }
        }
    }

    private void retry(String fullName, IOException failed) {
        int count = failures.merge(fullName, 1, Integer::sum);
        long millis =
                Math.min(
                        LONGEST_RETRY.toMillis(),
                        FIRST_RETRY.toMillis() << Math.min(count - 1, 10));
        log.warn(
                "Mirror pod {} cannot be brought up to date: {}. Next try in {} ms.",
                fullName,
                failed.getMessage(),
                millis);
        queue.offer(fullName, Duration.ofMillis(millis));
    }
}
