package dev.caravel.kubelet.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class WatchedConfigObjectsTest {
    private static final String MAPS = "/api/v1/namespaces/shop/configmaps";

    private final FakeApi api = new FakeApi();
    private final FakeTicks ticks = new FakeTicks(Instant.parse("2026-11-24T12:00:00Z"));
    private final List<PodRef> changed = new CopyOnWriteArrayList<>();
    private final WatchedConfigObjects objects = new WatchedConfigObjects(api, ticks, changed::add);

    private static Pod pod(String uid, String volumeMap, String envMap) {
        var builder =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("p-" + uid)
                        .withUid(uid)
                        .endMetadata()
                        .withNewSpec();
        if (!volumeMap.isEmpty()) {
            builder.addNewVolume()
                    .withName("v")
                    .withNewConfigMap()
                    .withName(volumeMap)
                    .endConfigMap()
                    .endVolume();
        }
        if (!envMap.isEmpty()) {
            builder.addNewContainer()
                    .withName("c")
                    .addNewEnvFrom()
                    .withNewConfigMapRef(envMap, null)
                    .endEnvFrom()
                    .endContainer();
        }
        return builder.endSpec().build();
    }

    private static ConfigMap map(String name, String value, boolean immutable) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "long text")
                .endMetadata()
                .withData(Map.of("k", value))
                .withImmutable(immutable ? true : null)
                .build();
    }

    private FakeApi.FakeWatch<?, ?> watch(String name) {
        return api.watchOn(MAPS, "metadata.name=" + name);
    }

    private String value(String name) throws ObjectUnavailableException {
        return objects.configMap("shop", name).orElseThrow().getData().getOrDefault("k", "");
    }

    @Test
    void oneWatchServesAllPodsThatMountAnObjectAndGoesWithTheLast() {
        for (int i = 0; i < 100; i++) {
            objects.register(pod("u" + i, "kube-root-ca.crt", ""));
        }
        assertThat(objects.watches()).isEqualTo(1);
        assertThat(api.watches).hasSize(1);
        for (int i = 0; i < 99; i++) {
            objects.unregister("u" + i);
        }
        assertThat(api.open()).hasSize(1);
        objects.unregister("u99");
        assertThat(api.open()).isEmpty();
        objects.unregister("never-seen");
    }

    @Test
    void objectsOnlyForVariablesAreNotWatched() throws Exception {
        api.objects.put(MAPS + "/env", map("env", "1", false));
        objects.register(pod("u", "", "env"));
        assertThat(api.watches).isEmpty();
        assertThat(value("env")).isEqualTo("1");
        assertThat(value("env")).isEqualTo("1");
        assertThat(api.gets).hasSize(1);
        api.objects.put(MAPS + "/env", map("env", "2", false));
        ticks.advance(Duration.ofSeconds(3));
        assertThat(value("env")).isEqualTo("2");
    }

    @Test
    void theFirstReadWaitsForTheWatch() throws Exception {
        objects.register(pod("u", "conf", ""));
        var watch = watch("conf");
        Thread.ofVirtual()
                .start(() -> {
                    watch.put(map("conf", "1", false));
                    watch.sync();
                });
        assertThat(value("conf")).isEqualTo("1");
        assertThat(objects.configMap("shop", "conf").orElseThrow().getMetadata().getAnnotations())
                .isNullOrEmpty();
    }

    @Test
    void aMissingObjectIsKnownToBeMissingAndItsArrivalIsAnnounced() throws Exception {
        objects.register(pod("u", "conf", ""));
        watch("conf").sync();
        assertThat(objects.configMap("shop", "conf")).isEmpty();
        changed.clear();
        watch("conf").put(map("conf", "1", false));
        assertThat(changed).containsExactly(new PodRef("shop", "p-u", "u"));
        assertThat(value("conf")).isEqualTo("1");
    }

    @Test
    void everyPodThatMountsAChangedObjectIsToldOnce() {
        objects.register(pod("a", "conf", ""));
        objects.register(pod("b", "conf", ""));
        objects.register(pod("c", "other", "conf"));
        var watch = watch("conf");
        watch.put(map("conf", "1", false));
        assertThat(changed).as("the first list is told when it is complete").isEmpty();
        watch.sync();
        changed.clear();
        watch.put(map("conf", "2", false));
        assertThat(changed).extracting(PodRef::uid).containsExactlyInAnyOrder("a", "b");
        changed.clear();
        watch.remove("shop/conf");
        assertThat(changed).extracting(PodRef::uid).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void anImmutableObjectIsKeptWithoutAWatch() throws Exception {
        objects.register(pod("u", "conf", ""));
        var watch = watch("conf");
        watch.put(map("conf", "1", true));
        watch.sync();
        assertThat(value("conf")).isEqualTo("1");
        assertThat(watch.closed).isTrue();
        assertThat(value("conf")).isEqualTo("1");
        assertThat(objects.watches()).isZero();
        objects.register(pod("v", "conf", ""));
        assertThat(value("conf")).isEqualTo("1");
        assertThat(api.watches).hasSize(1);
    }

    @Test
    void aReadGivesUpWhenTheServerStaysSilentAndThePodIsToldLater() {
        objects.register(pod("u", "conf", ""));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> objects.configMap("shop", "conf"))
                .isInstanceOf(ObjectUnavailableException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        watch("conf").sync();
        assertThat(changed).extracting(PodRef::uid).containsExactly("u");
    }

    @Test
    void whatAPodReadOnceServesWhileTheServerIsAway() throws Exception {
        api.objects.put(MAPS + "/env", map("env", "1", false));
        objects.register(pod("u", "", "env"));
        assertThat(value("env")).isEqualTo("1");
        ticks.advance(Duration.ofHours(1));
        api.outage = new IOException("connection refused");
        assertThat(value("env")).isEqualTo("1");
        objects.unregister("u");
        assertThatThrownBy(() -> value("env"))
                .isInstanceOf(ObjectUnavailableException.class)
                .hasMessage("failed to get configmap \"shop/env\": connection refused");
    }

    @Test
    void aRefusalIsNotPaperedOver() throws Exception {
        api.objects.put(MAPS + "/env", map("env", "1", false));
        objects.register(pod("u", "", "env"));
        assertThat(value("env")).isEqualTo("1");
        ticks.advance(Duration.ofMinutes(1));
        api.outage = new ApiException("GET x", 403, "Forbidden", "no", Optional.empty());
        assertThatThrownBy(() -> value("env")).isInstanceOf(ObjectUnavailableException.class);
    }

    @Test
    void aNewPodNeverGetsTheRememberedState() throws Exception {
        api.objects.put(MAPS + "/env", map("env", "1", false));
        objects.register(pod("u", "", "env"));
        assertThat(value("env")).isEqualTo("1");
        api.objects.put(MAPS + "/env", map("env", "2", false));
        objects.register(pod("v", "", "env"));
        assertThat(value("env")).isEqualTo("2");
    }

    @Test
    void aChangedPodFollowsItsNewObjectsOnly() {
        objects.register(pod("u", "one", ""));
        objects.register(pod("u", "two", ""));
        assertThat(api.open()).hasSize(1);
        assertThat(watch("two").closed).isFalse();
    }

    @Test
    void secretsOfProjectedVolumesAreFollowedAndPullSecretsAreRead() throws Exception {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("p")
                        .withUid("u")
                        .endMetadata()
                        .withNewSpec()
                        .addNewImagePullSecret("pull")
                        .addNewVolume()
                        .withName("v")
                        .withNewProjected()
                        .addNewSource()
                        .withNewSecret()
                        .withName("tls")
                        .endSecret()
                        .endSource()
                        .endProjected()
                        .endVolume()
                        .endSpec()
                        .build();
        objects.register(pod);
        assertThat(api.open())
                .singleElement()
                .satisfies(w -> {
                    assertThat(w.spec.path()).isEqualTo("/api/v1/namespaces/shop/secrets");
                    assertThat(w.spec.fieldSelector()).hasValue("metadata.name=tls");
                });
        api.objects.put(
                "/api/v1/namespaces/shop/secrets/pull",
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("pull")
                        .endMetadata()
                        .addToData("a", "YQ==")
                        .build());
        assertThat(objects.secret("shop", "pull")).isPresent();
    }

    @Test
    void strategiesCacheAndGetReadWithoutWatching() throws Exception {
        api.objects.put(MAPS + "/conf", map("conf", "1", false));
        var cache = new FetchedConfigObjects(api, ticks, FetchedConfigObjects.CACHE_AGE);
        cache.register(pod("u", "conf", ""));
        cache.configMap("shop", "conf");
        cache.configMap("shop", "conf");
        assertThat(api.gets).hasSize(1);
        ticks.advance(Duration.ofSeconds(61));
        cache.configMap("shop", "conf");
        assertThat(api.gets).hasSize(2);

        var get = new FetchedConfigObjects(api, ticks, Duration.ZERO);
        get.register(pod("u", "conf", ""));
        get.configMap("shop", "conf");
        get.configMap("shop", "conf");
        assertThat(api.gets).hasSize(4);
        assertThat(api.watches).isEmpty();
        assertThat(get.announcesChanges()).isFalse();
    }
}
