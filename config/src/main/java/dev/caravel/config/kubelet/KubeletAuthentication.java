package dev.caravel.config.kubelet;

import java.time.Duration;

/**
 * How the kubelet's API learns who is asking.
 *
 * @param x509 client certificates
 * @param webhook bearer tokens, by TokenReview
 * @param anonymous requests without either
 */
public record KubeletAuthentication(X509 x509, Webhook webhook, Anonymous anonymous) {

    /**
     * Client certificates.
     *
     * @param clientCAFile CA bundle (PEM); empty means certificates are not asked for
     */
    public record X509(String clientCAFile) {}

    /**
     * Bearer tokens.
     *
     * @param enabled whether tokens are sent to the API server for review
     * @param cacheTTL how long an answer is kept
     */
    public record Webhook(boolean enabled, Duration cacheTTL) {}

    /**
     * Requests without credentials.
     *
     * @param enabled whether they pass as {@code system:anonymous}
     */
    public record Anonymous(boolean enabled) {}
}
