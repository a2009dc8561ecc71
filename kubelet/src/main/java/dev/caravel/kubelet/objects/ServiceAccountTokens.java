package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens from the API server's TokenRequest, bound to a pod and cached until they are due for
 * refresh. While the API server does not answer, a token serves until it expires.
 */
public final class ServiceAccountTokens implements ServiceAccounts, PodTokens {
    private static final Logger log = LoggerFactory.getLogger(ServiceAccountTokens.class);
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final ApiRequests requests;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<Key, PodToken> tokens = new ConcurrentHashMap<>();

    private record Key(
            String podUid,
            String namespace,
            String serviceAccount,
            List<String> audiences,
            Duration lifetime) {}

    public ServiceAccountTokens(ApiRequests requests, Clock clock, RandomGenerator random) {
        this.requests = requests;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public PodToken podToken(
            PodRef pod, String serviceAccount, List<String> audiences, Duration lifetime)
            throws ObjectUnavailableException {
        Key key = key(pod, serviceAccount, audiences, lifetime);
        PodToken known = tokens.get(key);
        if (known != null && clock.instant().isBefore(known.refreshAt())) {
            return known;
        }
        try {
            PodToken fresh = request(pod, key);
            dropExpired();
            tokens.put(key, fresh);
            return fresh;
        } catch (IOException e) {
            return stillValid(known, key, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ObjectUnavailableException("failed to fetch token: interrupted", e);
        }
    }

    @Override
    public Token token(PodRef pod, String serviceAccount, List<String> audiences, Duration lifetime)
            throws ObjectUnavailableException {
        PodToken token = podToken(pod, serviceAccount, audiences, lifetime);
        return new Token(token.value(), token.expiresAt());
    }

    @Override
    public Optional<ServiceAccount> serviceAccount(String namespace, String name)
            throws ObjectUnavailableException {
        try {
            return Optional.of(requests.get(ServiceAccount.class, path(namespace, name)));
        } catch (ApiException e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw unavailable(namespace, name, e);
        } catch (IOException e) {
            throw unavailable(namespace, name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(namespace, name, e);
        }
    }

    @Override
    public void forget(String podUid) {
        tokens.keySet().removeIf(key -> key.podUid().equals(podUid));
    }

    @Override
    public void adopt(
            PodRef pod,
            String serviceAccount,
            List<String> audiences,
            Duration lifetime,
            String token) {
        Key key = key(pod, serviceAccount, audiences, lifetime);
        TokenClaims.parse(token)
                .filter(claims -> claims.isFor(pod, serviceAccount, audiences))
                .filter(claims -> claims.expiresAt().isAfter(clock.instant()))
                .ifPresent(claims ->
                        tokens.putIfAbsent(
                                key,
                                withRefresh(
                                        token,
                                        claims.expiresAt(),
                                        Duration.between(claims.issuedAt(), claims.expiresAt()))));
    }

    private PodToken request(PodRef pod, Key key) throws IOException, InterruptedException {
        TokenRequest answer =
                requests.create(
                        TokenRequest.class,
                        path(pod.namespace(), key.serviceAccount()) + "/token",
                        new TokenRequestBuilder()
                                .withNewSpec()
                                .withAudiences(key.audiences())
                                .withExpirationSeconds(key.lifetime().toSeconds())
                                .withNewBoundObjectRef()
                                .withApiVersion("v1")
                                .withKind("Pod")
                                .withName(pod.name())
                                .withUid(pod.uid())
                                .endBoundObjectRef()
                                .endSpec()
                                .build());
        if (answer.getStatus() == null || answer.getStatus().getToken() == null) {
            throw new IOException("the API server answered the token request without a token");
        }
        // The server may grant another life than asked for; what it says decides.
        Long granted = answer.getSpec() == null ? null : answer.getSpec().getExpirationSeconds();
        return withRefresh(
                answer.getStatus().getToken(),
                instant(answer.getStatus().getExpirationTimestamp()),
                granted == null ? key.lifetime() : Duration.ofSeconds(granted));
    }

    private PodToken withRefresh(String token, Instant expiresAt, Duration lifetime) {
        Duration jitter = Duration.ofMillis(random.nextLong(TokenRefresh.MAX_JITTER.toMillis()));
        return new PodToken(token, expiresAt, TokenRefresh.at(expiresAt, lifetime, jitter));
    }

    private PodToken stillValid(@Nullable PodToken known, Key key, IOException e)
            throws ObjectUnavailableException {
        Instant now = clock.instant();
        if (known == null) {
            throw new ObjectUnavailableException("failed to fetch token: " + e.getMessage(), e);
        }
        if (!known.expiresAt().isAfter(now)) {
            throw new ObjectUnavailableException(
                    "token of service account "
                            + key.namespace()
                            + "/"
                            + key.serviceAccount()
                            + " expired at "
                            + known.expiresAt()
                            + " and refresh failed: "
                            + e.getMessage(),
                    e);
        }
        log.warn(
                "Refreshing the token of service account {}/{} for pod {}: {}; the old one serves"
                        + " until {}",
                key.namespace(),
                key.serviceAccount(),
                key.podUid(),
                e.getMessage(),
                known.expiresAt());
        return new PodToken(known.value(), known.expiresAt(), now.plus(RETRY));
    }

    private void dropExpired() {
        Instant now = clock.instant();
        tokens.values().removeIf(token -> !token.expiresAt().isAfter(now));
    }

    private static Instant instant(@Nullable String timestamp) throws IOException {
        if (timestamp == null) {
            throw new IOException("the API server issued a token without expirationTimestamp");
        }
        try {
            return Instant.parse(timestamp);
        } catch (DateTimeException e) {
            throw new IOException(
                    "the API server issued a token with expirationTimestamp '" + timestamp + "'",
                    e);
        }
    }

    private static Key key(
            PodRef pod, String serviceAccount, List<String> audiences, Duration lifetime) {
        return new Key(
                pod.uid(), pod.namespace(), serviceAccount, List.copyOf(audiences), lifetime);
    }

    private static String path(String namespace, String name) {
        return "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + name;
    }

    private static ObjectUnavailableException unavailable(
            String namespace, String name, Exception e) {
        String why = e instanceof InterruptedException ? "interrupted" : e.getMessage();
        return new ObjectUnavailableException(
                "failed to get service account \"" + namespace + "/" + name + "\": " + why, e);
    }
}
