package dev.caravel.kubelet.objects;

import java.time.Duration;
import java.time.Instant;

/**
 * When a service account token is due for a new one: after 80 % of its life or 24 h, whichever
 * comes first, less a jitter so that pods started together do not refresh together (kubelet.md
 * §7.2). Pure.
 */
final class TokenRefresh {
    private static final Duration OLDEST = Duration.ofHours(24);
    static final Duration MAX_JITTER = Duration.ofSeconds(10);

    private TokenRefresh() {}

    /**
     * @param expiresAt as the API server said
     * @param lifetime from issue to expiry
     * @param jitter from 0 to {@link #MAX_JITTER}
     */
    static Instant at(Instant expiresAt, Duration lifetime, Duration jitter) {
        Instant byAge = expiresAt.minus(lifetime).plus(OLDEST);
        Instant byLife = expiresAt.minus(lifetime.dividedBy(5));
        return (byAge.isBefore(byLife) ? byAge : byLife).minus(jitter);
    }
}
