package dev.caravel.config.kubelet;

import dev.caravel.config.WireName;
import java.time.Duration;

/**
 * How the kubelet's API learns what a caller may do.
 *
 * @param mode who decides
 * @param webhook caching of the API server's answers
 */
public record KubeletAuthorization(Mode mode, Webhook webhook) {

    /** Who decides. */
    public enum Mode implements WireName {
        /** Nobody: everything is allowed. */
        ALWAYS_ALLOW("AlwaysAllow"),
        /** The API server, by SubjectAccessReview. */
        WEBHOOK("Webhook");

        private final String wireName;

        Mode(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public String wireName() {
            return wireName;
        }
    }

    /**
     * Caching of answers.
     *
     * @param cacheAuthorizedTTL how long a yes is kept
     * @param cacheUnauthorizedTTL how long a no is kept
     */
    public record Webhook(Duration cacheAuthorizedTTL, Duration cacheUnauthorizedTTL) {}
}
