package dev.caravel.config.kubelet;

import dev.caravel.config.document.Violations;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rules for the verification of credentials for images already on disk. */
final class ImagePullRules {

    private static final String POLICY = "imagePullCredentialsVerificationPolicy";
    private static final String ALLOWLIST = "preloadedImagesVerificationAllowlist";
    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final String HOST_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private static final String HOST =
            "(?:" + HOST_LABEL + "(?:\\." + HOST_LABEL + ")*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?";

    private ImagePullRules() {}

    static void check(KubeletConfiguration config, FeatureGates gates, Violations out) {
        List<String> patterns = config.preloadedImagesVerificationAllowlist();
        if (!gates.enabled(Gate.KubeletEnsureSecretPulledImages)) {
            String needs = "needs the feature gate KubeletEnsureSecretPulledImages";
            out.when(config.imagePullCredentialsVerificationPolicy().isPresent(), POLICY, needs);
            out.when(!patterns.isEmpty(), ALLOWLIST, needs);
            return;
        }
        boolean used =
                config.imagePullCredentialsVerificationPolicy()
                        .filter(policy ->
                                policy
                                        == ImagePullCredentialsVerificationPolicy
                                                .NEVER_VERIFY_ALLOWLISTED_IMAGES)
                        .isPresent();
        out.when(
                !patterns.isEmpty() && !used,
                ALLOWLIST,
                "needs " + POLICY + ": NeverVerifyAllowlistedImages");
        for (int at = 0; at < patterns.size(); at++) {
            String path = ALLOWLIST + "[" + at + "]";
            problemWith(patterns.get(at)).ifPresent(problem -> out.add(path, problem));
        }
    }

    private static Optional<String> problemWith(String pattern) {
        boolean prefix = pattern.endsWith("/*");
        String name = prefix ? pattern.substring(0, pattern.length() - 1) : pattern;
        if (!pattern.equals(pattern.strip()) || name.isEmpty()) {
            return Optional.of("must be an image name without spaces around it");
        }
        if (name.indexOf('*') >= 0) {
            return Optional.of("may hold * only as /* at its end");
        }
        if (prefix) {
            return name.equals("/")
                    ? Optional.of("must name at least a registry before /*")
                    : Optional.empty();
        }
        return Pattern.matches("(?:" + HOST + "/)?" + PART + "(?:/" + PART + ")*", name)
                ? Optional.empty()
                : Optional.of("must be an image name without tag and digest");
    }
}
