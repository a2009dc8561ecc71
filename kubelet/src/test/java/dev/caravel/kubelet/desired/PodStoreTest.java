package dev.caravel.kubelet.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PodStoreTest {
    private final PodStore store = new PodStore(Set.of(PodSource.API, PodSource.FILE));
    private final List<String> heard = new ArrayList<>();

    PodStoreTest() {
        store.onChange(uid -> heard.add("work " + uid));
        store.onStatusChange(uid -> heard.add("status " + uid));
        store.onMirrorChange(name -> heard.add("mirror " + name));
    }

    private static DesiredPod pod(PodSource source, String name, String uid) {
        return pod(source, name, uid, p -> {});
    }

    private static DesiredPod pod(
            PodSource source, String name, String uid, Consumer<PodBuilder> change) {
        PodBuilder builder =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName(name)
                        .withUid(uid)
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Always")
                        .endSpec();
        change.accept(builder);
        Pod pod = builder.build();
        return new DesiredPod(PodRef.of(pod), source, pod, Instant.EPOCH);
    }

    private static DesiredPod mirror(String name, String uid, String hash) {
        return pod(
                PodSource.API,
                name,
                uid,
                b ->
                        b.editMetadata()
                                .withAnnotations(Map.of(PodSource.MIRROR_ANNOTATION, hash))
                                .endMetadata());
    }

    @Test
    void newAndVanishedPodsAreToldToWorkers() {
        store.put(pod(PodSource.API, "cart", "u1"));
        store.remove(PodSource.API, "u1");
        store.remove(PodSource.API, "u1");

        assertThat(heard).containsExactly("work u1", "work u1");
        assertThat(store.get("u1")).isEmpty();
    }

    @Test
    void statusAloneDoesNotWakeTheWorker() {
        store.put(pod(PodSource.API, "cart", "u1"));
        heard.clear();

        store.put(
                pod(
                        PodSource.API,
                        "cart",
                        "u1",
                        b -> b.withNewStatus().withPhase("Running").endStatus()));

        assertThat(heard).containsExactly("status u1");
        assertThat(store.get("u1").orElseThrow().pod().getStatus().getPhase()).isEqualTo("Running");
    }

    @Test
    void aReadinessGateThatMovesWakesTheWorker() {
        Consumer<PodBuilder> gate =
                b ->
                        b.editSpec()
                                .addNewReadinessGate()
                                .withConditionType("lb/attached")
                                .endReadinessGate()
                                .endSpec();
        store.put(pod(PodSource.API, "cart", "u1", gate));
        heard.clear();

        store.put(
                pod(
                        PodSource.API,
                        "cart",
                        "u1",
                        gate.andThen(b ->
                                b.withNewStatus()
                                        .addNewCondition()
                                        .withType("lb/attached")
                                        .withStatus("True")
                                        .endCondition()
                                        .endStatus())));

        assertThat(heard).containsExactly("work u1");
    }

    @Test
    void theAgentsOwnAnnotationsAreNoChangeButTheHashIs() {
        store.put(pod(PodSource.API, "cart", "u1"));
        heard.clear();

        store.put(annotated(PodSource.SEEN_ANNOTATION, "2026-01-01T00:00:00Z"));
        assertThat(heard).isEmpty();

        store.put(annotated(PodSource.HASH_ANNOTATION, "abc"));
        assertThat(heard).containsExactly("work u1");
    }

    private static DesiredPod annotated(String key, String value) {
        return pod(
                PodSource.API,
                "cart",
                "u1",
                b -> b.editMetadata().withAnnotations(Map.of(key, value)).endMetadata());
    }

    @Test
    void theSameResourceVersionIsNoNews() {
        Consumer<PodBuilder> versioned =
                b -> b.editMetadata().withResourceVersion("7").endMetadata();
        store.put(pod(PodSource.API, "cart", "u1", versioned));
        heard.clear();
        store.put(pod(PodSource.API, "cart", "u1", versioned));
        assertThat(heard).isEmpty();
    }

    @Test
    void aNamesakeFromTheApiMeansTheOldPodIsGone() {
        store.put(pod(PodSource.API, "cart", "u1"));
        store.put(pod(PodSource.API, "cart", "u2"));

        assertThat(heard).containsExactly("work u1", "work u1", "work u2");
        assertThat(store.get("u1")).isEmpty();
        assertThat(store.byFullName("shop/cart").orElseThrow().ref().uid()).isEqualTo("u2");
    }

    @Test
    void ofTwoPodsWithOneNameInASourceTheFirstStays() {
        List<DesiredPod> duplicates =
                store.replaceAll(
                        PodSource.FILE,
                        List.of(
                                pod(PodSource.FILE, "dns", "f1"),
                                pod(PodSource.FILE, "dns", "f2")));

        assertThat(duplicates).extracting(p -> p.ref().uid()).containsExactly("f2");
        assertThat(store.all()).extracting(p -> p.ref().uid()).containsExactly("f1");
    }

    @Test
    void replaceAllForgetsWhatIsNotListedAndLeavesOtherSourcesAlone() {
        store.replaceAll(PodSource.FILE, List.of(pod(PodSource.FILE, "dns", "f1")));
        store.replaceAll(
                PodSource.API,
                List.of(pod(PodSource.API, "cart", "u1"), pod(PodSource.API, "shop", "u2")));
        heard.clear();

        store.replaceAll(PodSource.API, List.of(pod(PodSource.API, "shop", "u2")));

        assertThat(heard).containsExactly("work u1");
        assertThat(store.all()).extracting(p -> p.ref().uid()).containsExactly("f1", "u2");
    }

    @Test
    void allSyncedWaitsForEveryExpectedSource() {
        store.put(pod(PodSource.API, "cart", "u1"));
        assertThat(store.synced(PodSource.API)).isFalse();
        store.replaceAll(PodSource.API, List.of());
        assertThat(store.synced(PodSource.API)).isTrue();
        assertThat(store.allSynced()).isFalse();
        store.replaceAll(PodSource.FILE, List.of());
        assertThat(store.allSynced()).isTrue();
    }

    @Test
    void mirrorsAreKeptApartAndFoundByTheNameOfTheirStaticPod() {
        store.replaceAll(PodSource.FILE, List.of(pod(PodSource.FILE, "dns-n1", "f1")));
        heard.clear();
        store.put(mirror("dns-n1", "m1", "f1"));

        assertThat(heard).containsExactly("status f1", "mirror shop/dns-n1");
        assertThat(store.all()).extracting(p -> p.ref().uid()).containsExactly("f1");
        assertThat(store.mirrorOf("shop/dns-n1")).isPresent();
        assertThat(store.orphanMirrors()).isEmpty();
        assertThat(store.mirrorCount()).isEqualTo(1);
    }

    @Test
    void aMirrorWithoutItsStaticPodIsAnOrphan() {
        store.put(mirror("dns-n1", "m1", "f1"));
        assertThat(store.orphanMirrors()).hasSize(1);
    }

    @Test
    void aNewMirrorOfTheSameNameReplacesTheOld() {
        store.put(mirror("dns-n1", "m1", "f1"));
        store.put(mirror("dns-n1", "m2", "f2"));
        store.remove(PodSource.API, "m1");

        assertThat(store.mirrorOf("shop/dns-n1").orElseThrow().getMetadata().getUid())
                .isEqualTo("m2");
        store.remove(PodSource.API, "m2");
        assertThat(store.mirrorOf("shop/dns-n1")).isEmpty();
    }

    @Test
    void aListWithoutTheMirrorForgetsIt() {
        store.put(mirror("dns-n1", "m1", "f1"));
        heard.clear();
        store.replaceAll(PodSource.API, List.of());
        assertThat(heard).containsExactly("mirror shop/dns-n1");
    }

    @Test
    void listenersMayReadTheStore() {
        List<String> seen = new ArrayList<>();
        store.onChange(uid -> seen.add(store.get(uid).isPresent() + " " + store.allSynced()));
        store.put(pod(PodSource.API, "cart", "u1"));
        assertThat(seen).containsExactly("true false");
    }
}
