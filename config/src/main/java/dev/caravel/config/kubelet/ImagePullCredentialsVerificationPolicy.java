package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;

/** Which images already on disk a pod may only use after its credentials were checked. */
public enum ImagePullCredentialsVerificationPolicy implements WireName {
    /** None. */
    NEVER_VERIFY("NeverVerify"),
    /** All but those the kubelet did not pull itself. */
    NEVER_VERIFY_PRELOADED_IMAGES("NeverVerifyPreloadedImages"),
    /** All but those on the allow list that the kubelet did not pull itself. */
    NEVER_VERIFY_ALLOWLISTED_IMAGES("NeverVerifyAllowlistedImages"),
    /** All. */
    ALWAYS_VERIFY("AlwaysVerify");

    private final String wireName;

    ImagePullCredentialsVerificationPolicy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
