package dev.caravel.kubelet.csi;

import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSIDriverSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the API says about a driver (CSIDriver).
 *
 * @param attachRequired whether a controller attaches its volumes first
 * @param podInfo whether it wants to know the pod
 * @param groupPolicy {@code None}, {@code File} or {@code ReadWriteOnceWithFSType}
 * @param lifecycleModes {@code Persistent}, {@code Ephemeral}
 * @param tokens service account tokens it wants
 * @param tokensInSecrets whether it wants them among the secrets
 * @param requiresRepublish whether it wants to be called again and again
 * @param allocatableUpdate how often to ask it for the number of volumes that fit
 */
record CsiDriverSpec(
        boolean attachRequired,
        boolean podInfo,
        String groupPolicy,
        Set<String> lifecycleModes,
        List<TokenWish> tokens,
        boolean tokensInSecrets,
        boolean requiresRepublish,
        Optional<Duration> allocatableUpdate) {
    static final String PERSISTENT = "Persistent";
    static final String EPHEMERAL = "Ephemeral";
    private static final String DEFAULT_GROUP_POLICY = "ReadWriteOnceWithFSType";

    /** What holds for a driver the API says nothing about. */
    static final CsiDriverSpec UNKNOWN =
            new CsiDriverSpec(
                    true,
                    false,
                    DEFAULT_GROUP_POLICY,
                    Set.of(PERSISTENT),
                    List.of(),
                    false,
                    false,
                    Optional.empty());

    CsiDriverSpec {
        lifecycleModes = Set.copyOf(lifecycleModes);
        tokens = List.copyOf(tokens);
    }

    /** A token of the pod's service account. */
    record TokenWish(String audience, Duration lifetime) {}

    static CsiDriverSpec of(CSIDriver driver) {
        CSIDriverSpec spec = driver.getSpec();
        List<String> modes = spec.getVolumeLifecycleModes();
        Long update = spec.getNodeAllocatableUpdatePeriodSeconds();
        return new CsiDriverSpec(
                !Boolean.FALSE.equals(spec.getAttachRequired()),
                Boolean.TRUE.equals(spec.getPodInfoOnMount()),
                Objects.requireNonNullElse(spec.getFsGroupPolicy(), DEFAULT_GROUP_POLICY),
                modes == null || modes.isEmpty() ? Set.of(PERSISTENT) : Set.copyOf(modes),
                spec.getTokenRequests().stream()
                        .map(t ->
                                new TokenWish(
                                        Objects.requireNonNullElse(t.getAudience(), ""),
                                        Duration.ofSeconds(
                                                Objects.requireNonNullElse(
                                                        t.getExpirationSeconds(), 3600L))))
                        .toList(),
                Boolean.TRUE.equals(spec.getServiceAccountTokenInSecrets()),
                Boolean.TRUE.equals(spec.getRequiresRepublish()),
                update == null || update <= 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofSeconds(update)));
    }
}
