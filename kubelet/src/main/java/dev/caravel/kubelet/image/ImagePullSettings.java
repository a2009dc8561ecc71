package dev.caravel.kubelet.image;

import dev.caravel.config.kubelet.ImagePullCredentialsVerificationPolicy;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How images are pulled ({@code serializeImagePulls} and the fields around it).
 *
 * @param maxParallel how many pulls at once: 1 when serialized, empty for no limit
 * @param qps pulls started a second, 0 for no limit
 * @param burst pulls started at once
 * @param firstBackOff wait after the first failure
 * @param maxBackOff longest wait
 * @param verifyCredentials whether pods must show that they may use an image pulled with a secret
 *     (gate {@code KubeletEnsureSecretPulledImages})
 * @param policy which images that concerns
 * @param allowlist images that never need it, with policy NeverVerifyAllowlistedImages
 */
public record ImagePullSettings(
        OptionalInt maxParallel,
        int qps,
        int burst,
        Duration firstBackOff,
        Duration maxBackOff,
        boolean verifyCredentials,
        ImagePullCredentialsVerificationPolicy policy,
        List<String> allowlist) {
    public ImagePullSettings {
        allowlist = List.copyOf(allowlist);
        maxParallel.ifPresent(max -> {
            if (max < 1) {
                throw new IllegalArgumentException("maxParallel of " + max);
            }
        });
    }
}
