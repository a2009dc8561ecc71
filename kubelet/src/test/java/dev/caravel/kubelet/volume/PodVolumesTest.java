package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.objects.FakeTicks;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PodVolumesTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final FakeTicks ticks = new FakeTicks(NOON);
    private final FakeClaims claims = new FakeClaims();
    private final FakePlugin plugin = new FakePlugin();
    private Optional<PodVolumes.NodeLabels> labels = Optional.empty();
    private final PodVolumes volumes =
            new PodVolumes(List.of(plugin), new ClaimResolver(claims), () -> labels, ticks.clock());

    /** Takes every emptyDir and every local volume; fails as told. */
    private static final class FakePlugin implements VolumePlugin {
        final List<String> calls = new ArrayList<>();
        final Map<String, String> failures = new HashMap<>();
        final Map<String, Instant> refreshAt = new HashMap<>();

        @Override
        public String name() {
            return "test/fake";
        }

        @Override
        public boolean supports(PodVolume volume) {
            return volume.volume().getEmptyDir() != null || volume.claimed().isPresent();
        }

        @Override
        public boolean follows(PodVolume volume) {
            return volume.name().startsWith("follow");
        }

        @Override
        public PreparedVolume prepare(VolumeRequest request) throws VolumeException {
            String name = request.volume().name();
            calls.add(name + (request.first() ? " first" : " again"));
            String failure = failures.get(name);
            if (failure != null) {
                throw new VolumeException(failure);
            }
            return new PreparedVolume.OnHost(
                    Path.of("/v", name), false, false, Optional.ofNullable(refreshAt.get(name)));
        }

        @Override
        public void tearDown(String podUid, String specName) {}
    }

    private static Volume emptyDir(String name) {
        return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
    }

    private static DesiredPod desired(Pod pod) {
        return new DesiredPod(PodRef.of(pod), PodSource.API, pod, NOON);
    }

    private static DesiredPod pod(String... names) {
        Volume[] all = new Volume[names.length];
        String[] mounts = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            all[i] = emptyDir(names[i]);
            mounts[i] = names[i] + ":/" + names[i];
        }
        return desired(Pods.of(List.of(Pods.container("c", mounts)), all));
    }

    @Test
    void everyUsedVolumeIsPreparedOnce() throws Exception {
        DesiredPod pod =
                desired(
                        Pods.of(
                                List.of(Pods.container("c", "a:/a")),
                                emptyDir("a"),
                                emptyDir("unused")));
        assertThat(volumes.prepare(pod)).isEqualTo(new VolumeOutcome.Ready(Optional.empty()));
        assertThat(volumes.prepare(pod)).isEqualTo(new VolumeOutcome.Ready(Optional.empty()));
        assertThat(plugin.calls).containsExactly("a first");
        assertThat(volumes.prepared("uid-1", "a")).isPresent();
        assertThat(volumes.prepared("uid-1", "unused")).isEmpty();
        assertThat(volumes.prepared("uid-2", "a")).isEmpty();
    }

    @Test
    void aRefreshReachesOnlyVolumesThatFollowOtherObjects() throws Exception {
        plugin.refreshAt.put("follow-1", NOON.plusSeconds(60));
        plugin.refreshAt.put("follow-2", NOON.plusSeconds(30));
        DesiredPod pod = pod("a", "follow-1", "follow-2");
        assertThat(volumes.prepare(pod))
                .isEqualTo(new VolumeOutcome.Ready(Optional.of(NOON.plusSeconds(30))));
        plugin.calls.clear();
        plugin.refreshAt.remove("follow-2");
        assertThat(volumes.refresh(pod))
                .isEqualTo(new VolumeOutcome.Ready(Optional.of(NOON.plusSeconds(60))));
        assertThat(plugin.calls).containsExactly("follow-1 again", "follow-2 again");
    }

    @Test
    void aFailedVolumeRestsWhileTheOthersAreMadeReady() throws Exception {
        plugin.failures.put("b", "disk on fire");
        DesiredPod pod = pod("a", "b", "c");
        VolumeOutcome outcome = volumes.prepare(pod);
        assertThat(outcome)
                .isEqualTo(
                        new VolumeOutcome.Failed(
                                List.of(
                                        new VolumeFailure(
                                                "b",
                                                "FailedMount",
                                                "MountVolume.SetUp failed for volume \"b\" : disk"
                                                        + " on fire")),
                                NOON.plusMillis(500)));
        plugin.calls.clear();
        assertThat(volumes.prepare(pod)).as("still resting").isEqualTo(outcome);
        assertThat(plugin.calls).isEmpty();
        ticks.advance(Duration.ofMillis(500));
        assertThat(volumes.prepare(pod))
                .isInstanceOfSatisfying(
                        VolumeOutcome.Failed.class,
                        f -> assertThat(f.retryAt()).isEqualTo(ticks.now().plusSeconds(1)));
        assertThat(plugin.calls).containsExactly("b first");
        plugin.failures.clear();
        ticks.advance(Duration.ofSeconds(1));
        assertThat(volumes.prepare(pod)).isInstanceOf(VolumeOutcome.Ready.class);
    }

    @Test
    void whenWhatItWaitsForHasComeItIsTriedAtOnce() throws Exception {
        plugin.failures.put("a", "configmap \"x\" not found");
        DesiredPod pod = pod("a");
        volumes.prepare(pod);
        plugin.failures.clear();
        volumes.retryNow("uid-1");
        assertThat(volumes.prepare(pod)).isInstanceOf(VolumeOutcome.Ready.class);
        volumes.retryNow("never-seen");
    }

    @Test
    void aFailedRefreshLeavesTheVolumeInUse() throws Exception {
        DesiredPod pod = pod("follow");
        volumes.prepare(pod);
        plugin.failures.put("follow", "the API server is away");
        assertThat(volumes.refresh(pod)).isInstanceOf(VolumeOutcome.Failed.class);
        assertThat(volumes.prepared("uid-1", "follow")).isPresent();
        assertThat(volumes.prepare(pod)).isInstanceOf(VolumeOutcome.Ready.class);
    }

    private static Volume claim(String name) {
        return new VolumeBuilder().withName("v").withNewPersistentVolumeClaim(name, false).build();
    }

    private static PersistentVolumeBuilder pv(String name) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .endSpec();
    }

    private static DesiredPod claiming(String uid, String claim) {
        Pod pod =
                new PodBuilder(Pods.of(List.of(Pods.container("c", "v:/v")), claim(claim)))
                        .editMetadata()
                        .withUid(uid)
                        .endMetadata()
                        .build();
        return desired(pod);
    }

    @Test
    void aClaimThatCannotBeFollowedIsTheFailure() throws Exception {
        assertThat(volumes.prepare(claiming("u", "data")))
                .isInstanceOfSatisfying(
                        VolumeOutcome.Failed.class,
                        f ->
                                assertThat(f.message())
                                        .isEqualTo(
                                                "Unable to attach or mount volumes: unmounted"
                                                        + " volumes=[v], unattached volumes=[],"
                                                        + " failed to process volumes=[v]: error"
                                                        + " processing PVC shop/data: failed to"
                                                        + " fetch PVC from API server: not found"));
    }

    @Test
    void aVolumeOfAnotherNodeIsRefused() throws Exception {
        claims.bind(
                "data",
                pv("pv-1")
                        .editSpec()
                        .withNewNodeAffinity()
                        .withNewRequired()
                        .addNewNodeSelectorTerm()
                        .addNewMatchExpression()
                        .withKey("zone")
                        .withOperator("In")
                        .withValues("b")
                        .endMatchExpression()
                        .endNodeSelectorTerm()
                        .endRequired()
                        .endNodeAffinity()
                        .endSpec()
                        .build());
        labels = Optional.of(new PodVolumes.NodeLabels("n1", Map.of("zone", "a")));
        assertThat(volumes.prepare(claiming("u", "data")))
                .isInstanceOfSatisfying(
                        VolumeOutcome.Failed.class,
                        f ->
                                assertThat(f.message())
                                        .isEqualTo(
                                                "MountVolume.NodeAffinity check failed for volume"
                                                        + " \"pv-1\" : no matching NodeSelectorTerms"));
        labels = Optional.of(new PodVolumes.NodeLabels("n1", Map.of("zone", "b")));
        volumes.retryNow("u");
        assertThat(volumes.prepare(claiming("u", "data"))).isInstanceOf(VolumeOutcome.Ready.class);
    }

    @Test
    void readWriteOncePodMeansOnePodUntilItIsGone() throws Exception {
        claims.bind(
                "data",
                pv("pv-1").editSpec().withAccessModes("ReadWriteOncePod").endSpec().build());
        assertThat(volumes.prepare(claiming("u", "data"))).isInstanceOf(VolumeOutcome.Ready.class);
        assertThat(volumes.prepare(claiming("w", "data")))
                .isInstanceOfSatisfying(
                        VolumeOutcome.Failed.class,
                        f -> assertThat(f.message()).contains("already in use by another pod"));
        volumes.forget("u");
        volumes.retryNow("w");
        assertThat(volumes.prepare(claiming("w", "data"))).isInstanceOf(VolumeOutcome.Ready.class);
    }

    @Test
    void groupsOfPersistentVolumesAreAddedToThePods() throws Exception {
        claims.bind(
                "data",
                pv("pv-1")
                        .editMetadata()
                        .addToAnnotations("pv.beta.kubernetes.io/gid", "1234")
                        .endMetadata()
                        .build());
        DesiredPod pod = claiming("u", "data");
        assertThat(volumes.extraGroups(pod)).isEmpty();
        volumes.prepare(pod);
        assertThat(volumes.extraGroups(pod)).containsExactly(1234L);
        Pod member =
                new PodBuilder(pod.pod())
                        .editSpec()
                        .withNewSecurityContext()
                        .withSupplementalGroups(1234L)
                        .endSecurityContext()
                        .endSpec()
                        .build();
        assertThat(volumes.extraGroups(desired(member))).isEmpty();
    }

    @Test
    void kindsNobodyKnowsAndGitAreRefusedByName() throws Exception {
        Volume git =
                new VolumeBuilder()
                        .withName("g")
                        .withNewGitRepo(null, "https://example.com/x.git", null)
                        .build();
        Volume odd = new VolumeBuilder().withName("o").withNewRbd().endRbd().build();
        DesiredPod pod = desired(Pods.of(List.of(Pods.container("c", "g:/g", "o:/o")), git, odd));
        assertThat(volumes.prepare(pod))
                .isInstanceOfSatisfying(
                        VolumeOutcome.Failed.class,
                        f ->
                                assertThat(f.failures())
                                        .extracting(VolumeFailure::message)
                                        .containsExactly(
                                                "MountVolume.SetUp failed for volume \"g\" : the"
                                                        + " gitRepo volume plugin has been disabled",
                                                "MountVolume.SetUp failed for volume \"o\" : no"
                                                        + " volume plugin matched"));
    }
}
