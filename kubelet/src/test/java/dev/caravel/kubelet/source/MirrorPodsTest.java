package dev.caravel.kubelet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.apifake.FakeApi;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MirrorPodsTest {
    private static final String PATH = "/api/v1/namespaces/kube-system/pods/dns-n1";
    private final FakeApi api = new FakeApi();
    private final PodStore store = new PodStore(Set.of(PodSource.FILE, PodSource.API));
    private final Set<String> terminating = ConcurrentHashMap.newKeySet();
    private final MirrorPods mirrors =
            new MirrorPods(api, store, "n1", terminating::contains, Ticks.system());

    @BeforeEach
    void start() {
        store.replaceAll(PodSource.API, List.of());
        store.replaceAll(PodSource.FILE, List.of());
        mirrors.start();
    }

    @AfterEach
    void stop() {
        mirrors.close();
    }

    private static DesiredPod dns(String hash) {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-system")
                        .withName("dns-n1")
                        .withUid(hash)
                        .withLabels(Map.of("app", "dns"))
                        .withAnnotations(Map.of(PodSource.HASH_ANNOTATION, hash))
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("n1")
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Pending")
                        .endStatus()
                        .build();
        return new DesiredPod(PodRef.of(pod), PodSource.FILE, pod, Instant.EPOCH);
    }

    private void manifest(DesiredPod... pods) {
        store.replaceAll(PodSource.FILE, List.of(pods));
    }

    /** What the watch would deliver of the mirror in the API. */
    private Pod watched() {
        Pod mirror = api.at(Pod.class, PATH).orElseThrow();
        store.put(new DesiredPod(PodRef.of(mirror), PodSource.API, mirror, Instant.EPOCH));
        return mirror;
    }

    private boolean exists() {
        return api.at(Pod.class, PATH).isPresent();
    }

    @Test
    void theMirrorIsMadeOnceTheNodeIsKnownAndBelongsToIt() {
        manifest(dns("h1"));
        await().during(Duration.ofMillis(100)).until(() -> !exists());

        mirrors.nodeKnown("node-uid");
        await().until(this::exists);

        Pod mirror = api.at(Pod.class, PATH).orElseThrow();
        assertThat(mirror.getMetadata().getAnnotations())
                .containsEntry("kubernetes.io/config.mirror", "h1")
                .containsEntry("kubernetes.io/config.hash", "h1");
        assertThat(mirror.getMetadata().getLabels()).containsEntry("app", "dns");
        assertThat(mirror.getMetadata().getUid()).isNotEqualTo("h1");
        assertThat(mirror.getSpec().getNodeName()).isEqualTo("n1");
        assertThat(mirror.getMetadata().getOwnerReferences())
                .singleElement()
                .matches(o ->
                        o.getKind().equals("Node")
                                && o.getUid().equals("node-uid")
                                && o.getController());
    }

    @Test
    void aNewVersionReplacesTheMirror() {
        mirrors.nodeKnown("node-uid");
        manifest(dns("h1"));
        await().until(this::exists);
        String old = watched().getMetadata().getUid();

        manifest(dns("h2"));

        await().until(() -> exists() && !watched().getMetadata().getUid().equals(old));
        assertThat(watched().getMetadata().getAnnotations())
                .containsEntry("kubernetes.io/config.mirror", "h2");
    }

    @Test
    void aMirrorSomeoneDeletesComesBack() {
        mirrors.nodeKnown("node-uid");
        manifest(dns("h1"));
        await().until(this::exists);
        Pod mirror = watched();

        api.seed(
                PATH,
                new PodBuilder(mirror)
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
        watched();

        await().until(() ->
                exists()
                        && !api.at(Pod.class, PATH)
                                .orElseThrow()
                                .getMetadata()
                                .getUid()
                                .equals(mirror.getMetadata().getUid()));
    }

    @Test
    void theMirrorOfARemovedManifestGoesWhenThePodIsDown() {
        mirrors.nodeKnown("node-uid");
        manifest(dns("h1"));
        await().until(this::exists);
        watched();
        terminating.add("kube-system/dns-n1");

        manifest();
        await().during(Duration.ofMillis(100)).until(this::exists);

        terminating.clear();
        mirrors.reconcileAll();
        await().until(() -> !exists());
        assertThat(api.calls().getLast())
                .startsWith("DELETE")
                .contains("\"gracePeriodSeconds\":0")
                .contains("preconditions");
    }

    @Test
    void anOrphanFromBeforeTheStartIsDeleted() {
        api.seed(PATH, MirrorPods.mirror(dns("h0").pod(), "n1", "node-uid"));
        watched();
        mirrors.nodeKnown("node-uid");
        await().until(() -> !exists());
    }

    @Test
    void aRefusedMirrorIsTriedAgain() {
        api.failNext(FakeApi.refusal(403, "Forbidden"));
        mirrors.nodeKnown("node-uid");
        manifest(dns("h1"));
        await().until(this::exists);
    }

    @Test
    void aMirrorThatExistsButWasNotSeenYetIsTakenAsItIs() {
        api.seed(PATH, MirrorPods.mirror(dns("h1").pod(), "n1", "node-uid"));
        mirrors.nodeKnown("node-uid");
        manifest(dns("h1"));
        await().until(() -> api.calls().size() == 2);
        assertThat(api.calls())
                .extracting(c -> c.substring(0, c.indexOf(' ')))
                .containsExactly("POST", "GET");
    }
}
