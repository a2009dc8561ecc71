package dev.caravel.kubelet.objects;

import dev.caravel.kubelet.pod.PodRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a service account token (a JWT, KEP-1205) says about itself. The signature is not checked:
 * the token comes from a file only root can write, and whoever accepts it checks it.
 *
 * @param expiresAt when it should no longer be used. The API server may sign a longer life for old
 *     clients and name the real end {@code warnafter}
 */
record TokenClaims(
        String subject,
        List<String> audiences,
        String podUid,
        Instant issuedAt,
        Instant expiresAt) {
    private static final int LONGEST = 64 * 1024;

    TokenClaims {
        audiences = List.copyOf(audiences);
    }

    /** Empty when it is not a token bound to a pod. */
    static Optional<TokenClaims> parse(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || token.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            String json =
                    new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return of(map(JsonMapper.shared().readValue(json, Map.class)));
        } catch (RuntimeException e) {
            // Not JSON, or JSON of another shape: not a token we know, so a new one is asked for.
            return Optional.empty();
        }
    }

    /** Whether a token asked for in this way would make the same claims. */
    boolean isFor(PodRef pod, String serviceAccount, List<String> wanted) {
        String expected = "system:serviceaccount:" + pod.namespace() + ":" + serviceAccount;
        // Without wanted audiences the server fills in its own, which we cannot tell from others.
        return subject.equals(expected)
                && podUid.equals(pod.uid())
                && (wanted.isEmpty() || audiences.equals(wanted));
    }

    private static Optional<TokenClaims> of(Map<?, ?> claims) {
        Map<?, ?> kubernetes = map(claims.get("kubernetes.io"));
        Object uid = map(kubernetes.get("pod")).get("uid");
        Object end =
                kubernetes.get("warnafter") != null
                        ? kubernetes.get("warnafter")
                        : claims.get("exp");
        if (claims.get("sub") instanceof String subject
                && uid instanceof String podUid
                && claims.get("iat") instanceof Number issued
                && end instanceof Number expires) {
            return Optional.of(
                    new TokenClaims(
                            subject,
                            audiences(claims.get("aud")),
                            podUid,
                            Instant.ofEpochSecond(issued.longValue()),
                            Instant.ofEpochSecond(expires.longValue())));
        }
        return Optional.empty();
    }

    private static List<String> audiences(@Nullable Object claim) {
        return switch (claim) {
            case String one -> List.of(one);
            case List<?> many -> many.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
