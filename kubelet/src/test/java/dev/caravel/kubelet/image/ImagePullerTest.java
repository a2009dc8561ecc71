package dev.caravel.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.config.kubelet.ImagePullCredentialsVerificationPolicy;
import dev.caravel.kubelet.event.RecordedEvents;
import dev.caravel.kubelet.image.ImageOutcome.NotReady;
import dev.caravel.kubelet.image.ImageOutcome.Ready;
import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePullerTest {
    private static final String IMAGE = "registry.example/shop/cart:4";

    @TempDir Path root;
    private final ManualTicks ticks = new ManualTicks();
    private final RecordedEvents events = new RecordedEvents();
    private final FakeRegistry registry = new FakeRegistry();
    private final Map<String, Secret> secrets = new HashMap<>();
    private ImagePuller puller;

    @BeforeEach
    void start() throws IOException {
        puller = puller(OptionalInt.empty(), 0);
    }

    private ImagePuller puller(OptionalInt maxParallel, int qps) throws IOException {
        ImagePullSettings settings =
                new ImagePullSettings(
                        maxParallel,
                        qps,
                        2,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(300),
                        true,
                        ImagePullCredentialsVerificationPolicy.NEVER_VERIFY_PRELOADED_IMAGES,
                        List.of());
        return new ImagePuller(
                registry,
                new Secrets(),
                NodeKeyring.of(root, root.resolve("w"), root.resolve("h")),
                CredentialProviders.none(),
                new PulledImages(settings, root, ticks),
                events,
                settings,
                ticks);
    }

    private final class Secrets implements ConfigObjects {
        @Override
        public Optional<ConfigMap> configMap(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Secret> secret(String namespace, String name) {
            return Optional.ofNullable(secrets.get(name));
        }
    }

    private static Pod pod(String uid, String image, String policy, String... pullSecrets) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("cart")
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .withImagePullSecrets(
                        Arrays.stream(pullSecrets).map(LocalObjectReference::new).toList())
                .addNewContainer()
                .withName("web")
                .withImage(image)
                .withImagePullPolicy(policy)
                .endContainer()
                .endSpec()
                .build();
    }

    private void secret(String name, String user, String password) {
        String auth =
                Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        secretHolding(name, "{\"auths\":{\"registry.example\":{\"auth\":\"" + auth + "\"}}}");
    }

    private void secretHolding(String name, String config) {
        byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
        secrets.put(
                name,
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName(name)
                        .withUid("uid-" + name)
                        .endMetadata()
                        .withType("kubernetes.io/dockerconfigjson")
                        .withData(
                                Map.of(
                                        ".dockerconfigjson",
                                        Base64.getEncoder().encodeToString(bytes)))
                        .build());
    }

    private ImageOutcome ensure(Pod pod) throws InterruptedException {
        return puller.ensure(
                pod, PodContainer.regular(pod).getFirst(), Optional.empty(), PullObserver.NONE);
    }

    private NotReady notReady(Pod pod) throws InterruptedException {
        return (NotReady) ensure(pod);
    }

    @Test
    void pullsWhatIsAbsentAndTellsHowLongItTook() throws Exception {
        registry.offer(IMAGE);
        Ready ready = (Ready) ensure(pod("u1", IMAGE, "IfNotPresent"));
        assertThat(ready.imageId()).isEqualTo(FakeRegistry.idOf(IMAGE));
        assertThat(ready.image().orElseThrow().uid()).hasValue(7);
        assertThat(events.lines())
                .containsExactly(
                        "Normal Pulling Pulling image \"" + IMAGE + "\"",
                        "Normal Pulled Successfully pulled image \""
                                + IMAGE
                                + "\" in 0s (0s including waiting). Image size: 12345 bytes.");
    }

    @Test
    void usesWhatIsPresentUnlessThePolicyIsAlways() throws Exception {
        registry.offer(IMAGE).preload(IMAGE);
        assertThat(ensure(pod("u1", IMAGE, "IfNotPresent"))).isInstanceOf(Ready.class);
        assertThat(registry.pulls).isEmpty();
        assertThat(events.take())
                .containsExactly(
                        "Normal Pulled Container image \""
                                + IMAGE
                                + "\" already present on machine and can be accessed by the pod");
        assertThat(ensure(pod("u1", IMAGE, "Always"))).isInstanceOf(Ready.class);
        assertThat(registry.pulls).containsExactly(IMAGE);
    }

    @Test
    void givesANameWithoutTagTheDefaultOne() throws Exception {
        registry.offer("busybox:latest");
        assertThat(ensure(pod("u1", "busybox", "IfNotPresent"))).isInstanceOf(Ready.class);
        assertThat(registry.pulls).containsExactly("busybox:latest");
        assertThat(events.lines().getFirst()).isEqualTo("Normal Pulling Pulling image \"busybox\"");
    }

    @Test
    void neverPullsWithPolicyNever() throws Exception {
        registry.offer(IMAGE);
        NotReady outcome = notReady(pod("u1", IMAGE, "Never"));
        assertThat(outcome.reason()).isEqualTo("ErrImageNeverPull");
        String text = "Container image \"" + IMAGE + "\" is not present with pull policy of Never";
        assertThat(outcome.message()).isEqualTo(text);
        assertThat(events.lines())
                .containsExactly(
                        "Warning ErrImageNeverPull " + text,
                        "Warning Failed Error: ErrImageNeverPull");
    }

    @Test
    void refusesWhatIsNoImageName() throws Exception {
        NotReady outcome = notReady(pod("u1", "Shop/Cart", "IfNotPresent"));
        assertThat(outcome.reason()).isEqualTo("InvalidImageName");
        assertThat(outcome.message())
                .startsWith(
                        "Failed to apply default image tag \"Shop/Cart\": couldn't parse image"
                                + " name \"Shop/Cart\": invalid reference format");
        assertThat(events.lines().getFirst()).startsWith("Warning InspectFailed Failed to apply");
    }

    @Test
    void reportsARuntimeThatDoesNotAnswer() throws Exception {
        registry.broken = true;
        NotReady outcome = notReady(pod("u1", IMAGE, "IfNotPresent"));
        assertThat(outcome.reason()).isEqualTo("ImageInspectError");
        assertThat(outcome.message())
                .isEqualTo(
                        "Failed to inspect image \""
                                + IMAGE
                                + "\": rpc error: code = Unavailable desc = gone");
    }

    @Test
    void backsOffAfterEachFailureAndKeepsTheCauseInTheMessage() throws Exception {
        Pod pod = pod("u1", IMAGE, "IfNotPresent");
        String error = "rpc error: code = NotFound desc = failed to pull \"" + IMAGE + "\"";
        NotReady first = notReady(pod);
        assertThat(first.reason()).isEqualTo("ErrImagePull");
        assertThat(first.message()).isEqualTo(error);
        assertThat(Duration.between(ticks.now(), first.retryAt())).hasSeconds(10);
        assertThat(events.take())
                .containsExactly(
                        "Normal Pulling Pulling image \"" + IMAGE + "\"",
                        "Warning Failed Failed to pull image \"" + IMAGE + "\": " + error,
                        "Warning Failed Error: ErrImagePull");

        ticks.advance(Duration.ofSeconds(4));
        NotReady waiting = notReady(pod);
        assertThat(waiting.reason()).isEqualTo("ImagePullBackOff");
        assertThat(waiting.message())
                .isEqualTo("Back-off pulling image \"" + IMAGE + "\": ErrImagePull: " + error);
        assertThat(waiting.retryAt()).isEqualTo(first.retryAt());
        assertThat(events.take())
                .containsExactly(
                        "Normal BackOff Back-off pulling image \"" + IMAGE + "\"",
                        "Warning Failed Error: ImagePullBackOff");
        assertThat(registry.pulls).hasSize(1);

        ticks.advance(Duration.ofSeconds(6));
        assertThat(notReady(pod).reason()).isEqualTo("ErrImagePull");
        ticks.advance(Duration.ofSeconds(10));
        Instant second = notReady(pod).retryAt();
        assertThat(Duration.between(ticks.now(), second)).hasSeconds(10);
        assertThat(registry.pulls).hasSize(2);
    }

    @Test
    void letsAnotherPodTryWhatOneBacksOffFrom() throws Exception {
        assertThat(notReady(pod("u1", IMAGE, "IfNotPresent")).reason()).isEqualTo("ErrImagePull");
        assertThat(notReady(pod("u2", IMAGE, "IfNotPresent")).reason()).isEqualTo("ErrImagePull");
    }

    @Test
    void namesTheReasonThatTheRuntimeNames() throws Exception {
        registry.refuse(IMAGE, "RegistryUnavailable: it burns");
        NotReady outcome = notReady(pod("u1", IMAGE, "IfNotPresent"));
        assertThat(outcome.reason()).isEqualTo("RegistryUnavailable");
        assertThat(outcome.message())
                .isEqualTo(
                        "image pull failed for "
                                + IMAGE
                                + " because the registry is unavailable: it burns");
    }

    @Test
    void triesEachCredentialUntilOneIsGoodEnough() throws Exception {
        secret("wrong", "ann", "x");
        secret("right", "bob", "y");
        registry.offer(IMAGE, "y");
        assertThat(ensure(pod("u1", IMAGE, "IfNotPresent", "wrong", "right")))
                .isInstanceOf(Ready.class);
        assertThat(registry.pulls).containsExactly(IMAGE + " as ann", IMAGE + " as bob");
    }

    @Test
    void usesTheNodesOwnCredentialsAfterThoseOfThePod() throws Exception {
        secret("wrong", "ann", "x");
        Files.writeString(
                root.resolve("config.json"),
                "{\"auths\":{\"https://registry.example/v1/\":{\"username\":\"node\",\"password\":\"y\"}}}");
        registry.offer(IMAGE, "y");
        assertThat(ensure(pod("u1", IMAGE, "IfNotPresent", "wrong"))).isInstanceOf(Ready.class);
        assertThat(registry.pulls).containsExactly(IMAGE + " as ann", IMAGE + " as node");
    }

    @Test
    void tellsOfMissingSecretsOnlyWhenThePullFails() throws Exception {
        registry.offer(IMAGE);
        ensure(pod("u1", IMAGE, "IfNotPresent", "lost"));
        assertThat(String.join("\n", events.take())).doesNotContain("FailedToRetrieve");
        registry.drop(IMAGE);
        registry.offer(IMAGE, "y");
        ensure(pod("u2", IMAGE, "IfNotPresent", "lost"));
        assertThat(events.take())
                .contains(
                        "Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull"
                                + " secrets (lost); attempting to pull the image may not succeed.");
    }

    @Test
    void asksAPodForItsCredentialsBeforeItMayUseWhatAnotherPulled() throws Exception {
        secret("mine", "bob", "y");
        registry.offer(IMAGE, "y");
        assertThat(ensure(pod("u1", IMAGE, "IfNotPresent", "mine"))).isInstanceOf(Ready.class);
        events.take();

        NotReady stranger = notReady(pod("u2", IMAGE, "IfNotPresent"));
        assertThat(stranger.reason()).isEqualTo("ErrImagePull");
        NotReady neverStranger = notReady(pod("u3", IMAGE, "Never"));
        assertThat(neverStranger.reason()).isEqualTo("ErrImageNeverPull");
        int before = registry.pulls.size();
        assertThat(ensure(pod("u4", IMAGE, "IfNotPresent", "mine"))).isInstanceOf(Ready.class);
        assertThat(registry.pulls).hasSize(before);
    }

    @Test
    void remembersAcrossARestartWhoseCredentialsAnImageNeeds() throws Exception {
        secret("mine", "bob", "y");
        registry.offer(IMAGE, "y");
        ensure(pod("u1", IMAGE, "IfNotPresent", "mine"));
        puller = puller(OptionalInt.empty(), 0);
        assertThat(notReady(pod("u2", IMAGE, "IfNotPresent")).reason()).isEqualTo("ErrImagePull");
        assertThat(ensure(pod("u4", IMAGE, "Never", "mine"))).isInstanceOf(Ready.class);
    }

    @Test
    void letsEverybodyUseWhatWasPulledWithoutCredentials() throws Exception {
        registry.offer(IMAGE);
        ensure(pod("u1", IMAGE, "IfNotPresent"));
        ensure(pod("u2", IMAGE, "IfNotPresent"));
        assertThat(registry.pulls).hasSize(1);
    }

    @Test
    void pullsOnceForPodsThatWantTheSameAtTheSameTime() throws Exception {
        registry.offer(IMAGE);
        registry.hold = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ImageOutcome>> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Pod pod = pod("u" + i, IMAGE, "Always");
                waiting.add(pool.submit(() -> ensure(pod)));
            }
            await().until(() -> events.lines().size() == 5);
            await().until(() -> registry.running.get() == 1);
            registry.hold.countDown();
            for (Future<ImageOutcome> outcome : waiting) {
                assertThat(outcome.get()).isInstanceOf(Ready.class);
            }
        }
        assertThat(registry.pulls.size()).isLessThan(5);
    }

    @Test
    void pullsAsManyAtOnceAsAllowed() throws Exception {
        puller = puller(OptionalInt.of(2), 0);
        registry.hold = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ImageOutcome>> waiting = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                registry.offer("registry.example/a:" + i);
                Pod pod = pod("u" + i, "registry.example/a:" + i, "Always");
                waiting.add(pool.submit(() -> ensure(pod)));
            }
            await().until(() -> registry.running.get() == 2);
            registry.hold.countDown();
            for (Future<ImageOutcome> outcome : waiting) {
                assertThat(outcome.get()).isInstanceOf(Ready.class);
            }
        }
        assertThat(registry.mostRunning).hasValueLessThanOrEqualTo(2);
        assertThat(registry.pulls).hasSize(6);
    }

    @Test
    void failsPullsBeyondTheAllowedRate() throws Exception {
        puller = puller(OptionalInt.empty(), 1);
        for (int i = 0; i < 2; i++) {
            registry.offer("registry.example/a:" + i);
            assertThat(ensure(pod("u" + i, "registry.example/a:" + i, "Always")))
                    .isInstanceOf(Ready.class);
        }
        NotReady third = notReady(pod("u3", IMAGE, "Always"));
        assertThat(third.message()).isEqualTo("pull QPS exceeded");
    }

    @Test
    void endsThePullWhenTheLastPodThatWantsItGoes() throws Exception {
        registry.offer(IMAGE);
        registry.hold = new CountDownLatch(1);
        Pod pod = pod("u1", IMAGE, "Always");
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ImageOutcome> outcome = pool.submit(() -> ensure(pod));
            await().until(() -> registry.running.get() == 1);
            outcome.cancel(true);
            await().until(() -> registry.running.get() == 0);
        }
        assertThat(files("pulling")).isEmpty();
        registry.hold.countDown();
        assertThat(ensure(pod)).isInstanceOf(Ready.class);
    }

    @Test
    void writesTheIntentBeforeItPulls() throws Exception {
        registry.offer(IMAGE);
        registry.hold = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ImageOutcome> outcome = pool.submit(() -> ensure(pod("u1", IMAGE, "Always")));
            await().until(() -> registry.running.get() == 1);
            assertThat(files("pulling")).hasSize(1);
            registry.hold.countDown();
            outcome.get();
        }
        assertThat(files("pulling")).isEmpty();
        assertThat(files("pulled")).hasSize(1);
    }

    @Test
    void refusesAMalformedPullSecretWithoutShowingIt() throws Exception {
        secretHolding("broken", "[\"hunter2\"");
        NotReady outcome = notReady(pod("u1", IMAGE, "Always", "broken"));
        assertThat(outcome.reason()).isEqualTo("ErrImagePull");
        assertThat(outcome.message()).doesNotContain("hunter2");
    }

    private List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("image_manager").resolve(folder))) {
            return files.toList();
        }
    }

    @Test
    void refusesToStartWithAnImpossibleGate() {
        assertThatThrownBy(() -> puller(OptionalInt.of(0), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
