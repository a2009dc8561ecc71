package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaimResolverTest {
    private static final VolumeUse MOUNTED = new VolumeUse(Set.of("v"), Set.of());
    private static final VolumeUse AS_DEVICE = new VolumeUse(Set.of(), Set.of("v"));

    private final FakeClaims objects = new FakeClaims();
    private final ClaimResolver resolver = new ClaimResolver(objects);
    private final Pod pod = Pods.of(List.of());

    private static PersistentVolume pv(String mode) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName("pv-1")
                .endMetadata()
                .withNewSpec()
                .withVolumeMode(mode)
                .withNewLocal(null, "/mnt/disk")
                .endSpec()
                .build();
    }

    private static Volume claim(boolean readOnly) {
        return new VolumeBuilder()
                .withName("v")
                .withNewPersistentVolumeClaim("data", readOnly)
                .build();
    }

    @BeforeEach
    void bind() {
        objects.bind("data", pv("Filesystem"));
    }

    private void change(UnaryOperator<PersistentVolumeClaimBuilder> change) {
        PersistentVolumeClaim claim = Objects.requireNonNull(objects.claims.get("shop/data"));
        objects.claims.put(
                "shop/data", change.apply(new PersistentVolumeClaimBuilder(claim)).build());
    }

    @Test
    void aBoundClaimLeadsToItsVolume() throws Exception {
        PodVolume volume = resolver.resolve(pod, claim(true), MOUNTED);
        assertThat(volume.specName()).isEqualTo("pv-1");
        assertThat(volume.readOnly()).isTrue();
        assertThat(volume.block()).isFalse();
        assertThat(volume.persistentVolume()).isPresent();
    }

    @Test
    void anInlineVolumeIsItself() throws Exception {
        Volume inline = new VolumeBuilder().withName("v").withNewEmptyDir().endEmptyDir().build();
        assertThat(resolver.resolve(pod, inline, MOUNTED)).isEqualTo(PodVolume.inline(inline));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    missing,   'failed to fetch PVC from API server: not found'
                    pending,   'PVC is not bound'
                    nameless,  'PVC has empty pvc.Spec.VolumeName'
                    deleted,   'PVC is being deleted'
                    volumeless,'failed to fetch PV pv-2 from API server: not found'
                    """)
    void whatIsWrongWithTheClaimIsTold(String what, String why) {
        switch (what) {
            case "missing" -> objects.claims.clear();
            case "pending" -> change(c -> c.editStatus().withPhase("Pending").endStatus());
            case "nameless" -> change(c -> c.editSpec().withVolumeName("").endSpec());
            case "deleted" ->
                    change(c ->
                            c.editMetadata()
                                    .withDeletionTimestamp("2026-11-24T00:00:00Z")
                                    .endMetadata());
            default -> change(c -> c.editSpec().withVolumeName("pv-2").endSpec());
        }
        assertThatThrownBy(() -> resolver.resolve(pod, claim(false), MOUNTED))
                .isInstanceOf(VolumeException.class)
                .hasMessage("error processing PVC shop/data: " + why);
    }

    @Test
    void aProtectedClaimServesWhileItIsBeingDeleted() throws Exception {
        change(c ->
                c.editMetadata()
                        .withDeletionTimestamp("2026-11-24T00:00:00Z")
                        .addToFinalizers("kubernetes.io/pvc-protection")
                        .endMetadata());
        assertThat(resolver.resolve(pod, claim(false), MOUNTED).specName()).isEqualTo("pv-1");
    }

    @Test
    void aVolumeBoundElsewhereIsRefused() {
        objects.volumes.put(
                "pv-1",
                new PersistentVolumeBuilder(pv("Filesystem"))
                        .editSpec()
                        .withNewClaimRef()
                        .withUid("other")
                        .endClaimRef()
                        .endSpec()
                        .build());
        assertThatThrownBy(() -> resolver.resolve(pod, claim(false), MOUNTED))
                .hasMessageContaining("does not point to claim.UID claim-data");
        objects.volumes.put("pv-1", pv("Filesystem"));
        assertThatThrownBy(() -> resolver.resolve(pod, claim(false), MOUNTED))
                .hasMessageContaining("nil pv.Spec.ClaimRef");
    }

    @Test
    void theModeMustFitTheUse() throws Exception {
        assertThatThrownBy(() -> resolver.resolve(pod, claim(false), AS_DEVICE))
                .hasMessage(
                        "volume v has volumeMode Filesystem, but is specified in volumeDevices");
        objects.bind("data", pv("Block"));
        assertThat(resolver.resolve(pod, claim(false), AS_DEVICE).block()).isTrue();
        assertThatThrownBy(() -> resolver.resolve(pod, claim(false), MOUNTED))
                .hasMessage("volume v has volumeMode Block, but is specified in volumeMounts");
    }

    @Test
    void anEphemeralClaimMustBelongToThePod() throws Exception {
        Volume ephemeral =
                new VolumeBuilder().withName("v").withNewEphemeral().endEphemeral().build();
        objects.bind("cart-v", pv("Filesystem"));
        assertThatThrownBy(() -> resolver.resolve(pod, ephemeral, MOUNTED))
                .hasMessage("PVC shop/cart-v was not created for pod shop/cart (pod is not owner)");
        PersistentVolumeClaim claim = Objects.requireNonNull(objects.claims.get("shop/cart-v"));
        objects.claims.put(
                "shop/cart-v",
                new PersistentVolumeClaimBuilder(claim)
                        .editMetadata()
                        .addNewOwnerReference()
                        .withController(true)
                        .withUid("uid-1")
                        .endOwnerReference()
                        .endMetadata()
                        .build());
        assertThat(resolver.resolve(pod, ephemeral, MOUNTED).specName()).isEqualTo("pv-1");
    }
}
