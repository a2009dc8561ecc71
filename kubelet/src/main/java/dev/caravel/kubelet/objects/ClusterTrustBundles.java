package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.certificates.v1.ClusterTrustBundle;
import io.fabric8.kubernetes.api.model.certificates.v1.ClusterTrustBundleList;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Trust anchors from a watch on all ClusterTrustBundles, started by the first pod that wants one.
 * Their order means nothing, so that nobody relies on it: it is random but the same as long as this
 * process lives.
 */
public final class ClusterTrustBundles implements TrustAnchors, AutoCloseable {
    private static final String PATH = "/apis/certificates.k8s.io/v1/clustertrustbundles";
    private static final Duration FIRST_LIST = Duration.ofSeconds(10);

    private final ApiClient api;
    private final Consumer<PodRef> onChange;
    private final int salt;
    private final Map<String, PodRef> users = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Watched<Bundle> watch;

    /** What is kept of a bundle. */
    private record Bundle(String signer, Map<String, String> labels, String text) {}

    /**
     * @param onChange told of each pod that shows bundles when any bundle changes; must be short
     */
    public ClusterTrustBundles(ApiClient api, RandomGenerator random, Consumer<PodRef> onChange) {
        this.api = api;
        this.onChange = onChange;
        this.salt = random.nextInt();
    }

    /** A pod is new; it is told of changes if it shows bundles. */
    public void register(Pod pod) {
        if (pod.getSpec().getVolumes().stream().anyMatch(ClusterTrustBundles::showsBundle)) {
            users.put(pod.getMetadata().getUid(), PodRef.of(pod));
        }
    }

    /** A pod is gone. */
    public void unregister(String podUid) {
        users.remove(podUid);
    }

    @Override
    public String byName(String name, boolean optional) throws ObjectUnavailableException {
        Optional<Bundle> bundle = bundles().get(name);
        if (bundle.isEmpty() && !optional) {
            throw new ObjectUnavailableException(
                    "while getting ClusterTrustBundle: clustertrustbundle.certificates.k8s.io \""
                            + name
                            + "\" not found");
        }
        return anchors(bundle.stream().toList());
    }

    @Override
    public String bySigner(String signer, @Nullable LabelSelector selector, boolean optional)
            throws ObjectUnavailableException {
        List<Bundle> matching = new ArrayList<>();
        try {
            for (Bundle bundle : bundles().all().values()) {
                if (bundle.signer().equals(signer)
                        && LabelSelectors.matches(selector, bundle.labels())) {
                    matching.add(bundle);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new ObjectUnavailableException(
                    "while parsing label selector: " + e.getMessage(), e);
        }
        if (matching.isEmpty() && !optional) {
            throw new ObjectUnavailableException(
                    "combination of signerName and labelSelector matched zero"
                            + " ClusterTrustBundles");
        }
        return anchors(matching);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (watch != null) {
                watch.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private String anchors(List<Bundle> bundles) {
        Map<String, byte[]> unique = new HashMap<>();
        for (Bundle bundle : bundles) {
            for (byte[] certificate : CertificateText.blocks(bundle.text())) {
                unique.put(CertificateText.certificate(certificate), certificate);
            }
        }
        List<String> texts = new ArrayList<>(unique.keySet());
        texts.sort(
                Comparator.comparingLong(
                                (String text) -> rank(Objects.requireNonNull(unique.get(text))))
                        .thenComparing(Comparator.naturalOrder()));
        return String.join("", texts);
    }

    private long rank(byte[] certificate) {
        CRC32 sum = new CRC32();
        sum.update(salt);
        sum.update(salt >>> 8);
        sum.update(salt >>> 16);
        sum.update(salt >>> 24);
        sum.update(certificate);
        return sum.getValue();
    }

    private Watched<Bundle> bundles() throws ObjectUnavailableException {
        try {
            Watched<Bundle> running = started();
            if (!running.awaitSynced(FIRST_LIST)) {
                throw new ObjectUnavailableException(
                        "ClusterTrustBundles: the API server has not listed them within "
                                + FIRST_LIST.toSeconds()
                                + " s");
            }
            return running;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ObjectUnavailableException("ClusterTrustBundles: interrupted", e);
        }
    }

    private Watched<Bundle> started() throws ObjectUnavailableException, InterruptedException {
        lock.lock();
        try {
            Watched<Bundle> running = watch;
            if (running == null) {
                requireServed();
                running =
                        api.watch(
                                WatchSpec.of("clustertrustbundles", ClusterTrustBundle.class, PATH)
                                        .keeping(ClusterTrustBundles::kept),
                                new Changes());
                watch = running;
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** A watch on a kind the server does not know would try in vain for ever. */
    private void requireServed() throws ObjectUnavailableException, InterruptedException {
        try {
            api.requests().get(ClusterTrustBundleList.class, PATH + "?limit=1");
        } catch (ApiException e) {
            throw new ObjectUnavailableException(
                    e.notFound()
                            ? "the API server does not serve ClusterTrustBundles of"
                                    + " certificates.k8s.io/v1"
                            : "while listing ClusterTrustBundles: " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new ObjectUnavailableException(
                    "while listing ClusterTrustBundles: " + e.getMessage(), e);
        }
    }

    private static Optional<Bundle> kept(ClusterTrustBundle bundle) {
        Map<String, String> labels = bundle.getMetadata().getLabels();
        return Optional.of(
                new Bundle(
                        Objects.requireNonNullElse(bundle.getSpec().getSignerName(), ""),
                        labels == null ? Map.of() : Map.copyOf(labels),
                        bundle.getSpec().getTrustBundle()));
    }

    private static boolean showsBundle(Volume volume) {
        return volume.getProjected() != null
                && volume.getProjected().getSources().stream()
                        .anyMatch(source -> source.getClusterTrustBundle() != null);
    }

    private final class Changes implements WatchListener<Bundle> {
        private volatile boolean synced;

        @Override
        public void onPut(String key, Bundle value) {
            tell();
        }

        @Override
        public void onRemove(String key, Bundle last) {
            tell();
        }

        @Override
        public void onSynced() {
            synced = true;
            tell();
        }

        private void tell() {
            if (synced) {
                users.values().forEach(onChange);
            }
        }
    }
}
