package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletAuthentication;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.http.ClientCa;
import dev.caravel.daemon.http.HttpHeaders;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.NamingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who asks (contract §3.1): a client certificate, else a bearer token, else nobody if that is
 * allowed. Who shows something that is not accepted is not taken for nobody.
 */
final class Authenticator {

    private static final Logger log = LoggerFactory.getLogger(Authenticator.class);

    private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final int CACHED = 512;

    /** What one way of authentication says. */
    private sealed interface Verdict {
        /** This is the user. */
        record Known(User user) implements Verdict {}

        /** Something was shown, and it is not accepted. */
        record Refused() implements Verdict {}

        /** Nothing was shown that this way looks at. */
        record Silent() implements Verdict {}
    }

    private static final Verdict REFUSED = new Verdict.Refused();
    private static final Verdict SILENT = new Verdict.Silent();

    private final KubeletAuthentication config;
    private final Optional<ClientCa> clientCa;
    private final Optional<ReviewCalls> reviews;
    private final TtlCache<String, Verdict> tokens;

    Authenticator(
            KubeletAuthentication config,
            Optional<ClientCa> clientCa,
            Optional<ApiRequests> api,
            Ticks ticks) {
        this.config = config;
        this.clientCa = clientCa;
        this.reviews =
                config.webhook().enabled()
                        ? api.map(a -> new ReviewCalls(a, ticks))
                        : Optional.empty();
        this.tokens = new TtlCache<>(CACHED, ticks);
    }

    /** The user, or empty for 401. */
    Optional<User> authenticate(List<X509Certificate> chain, HttpHeaders headers)
            throws InterruptedException {
        Verdict certificate = certificate(chain);
        if (certificate instanceof Verdict.Known(User user)) {
            return Optional.of(user);
        }
        Verdict token = token(headers);
        return switch (token) {
            case Verdict.Known(User user) -> Optional.of(user);
            case Verdict.Refused _ -> Optional.empty();
            case Verdict.Silent _ ->
                    certificate instanceof Verdict.Silent && config.anonymous().enabled()
                            ? Optional.of(User.ANONYMOUS)
                            : Optional.empty();
        };
    }

    private Verdict certificate(List<X509Certificate> chain) {
        if (chain.isEmpty() || clientCa.isEmpty()) {
            return SILENT;
        }
        try {
            clientCa.get().verify(chain);
            return CertificateUser.of(chain.getFirst())
                    .<Verdict>map(Verdict.Known::new)
                    .orElse(SILENT);
        } catch (CertificateException | NamingException e) {
            log.info(
                    "Client certificate of {} refused: {}",
                    chain.getFirst().getSubjectX500Principal(),
                    e.getMessage());
            return REFUSED;
        }
    }

    private Verdict token(HttpHeaders headers) throws InterruptedException {
        Optional<String> token =
                headers.first("Authorization")
                        .map(String::trim)
                        .filter(h -> h.regionMatches(true, 0, "Bearer ", 0, 7))
                        .map(h -> h.substring(7).trim())
                        .filter(t -> !t.isEmpty());
        if (token.isEmpty() || reviews.isEmpty()) {
            return SILENT;
        }
        // Remembered by its digest, so that a heap dump shows no token.
        String key = CertificateUser.digest(token.get().getBytes(StandardCharsets.UTF_8));
        Optional<Verdict> known = tokens.get(key);
        if (known.isPresent()) {
            return known.get();
        }
        try {
            Verdict verdict = verdict(review(reviews.get(), token.get()));
            tokens.put(key, verdict, config.webhook().cacheTTL());
            return verdict;
        } catch (IOException e) {
            log.warn(
                    "Asking the API server about a bearer token failed: {}. The request is refused.",
                    e.getMessage());
            return REFUSED;
        }
    }

    private static Optional<TokenReviewStatus> review(ReviewCalls reviews, String token)
            throws IOException, InterruptedException {
        TokenReview review =
                new TokenReviewBuilder().withNewSpec().withToken(token).endSpec().build();
        return Optional.ofNullable(reviews.ask(TokenReview.class, REVIEWS, review).getStatus());
    }

    private static Verdict verdict(Optional<TokenReviewStatus> status) {
        return status.filter(s -> Boolean.TRUE.equals(s.getAuthenticated()))
                .flatMap(s -> Optional.ofNullable(s.getUser()))
                .<Verdict>map(u -> new Verdict.Known(user(u)))
                .orElse(REFUSED);
    }

    private static User user(UserInfo info) {
        List<String> groups =
                new ArrayList<>(Optional.ofNullable(info.getGroups()).orElse(List.of()));
        if (!groups.contains(User.AUTHENTICATED)) {
            groups.add(User.AUTHENTICATED);
        }
        Map<String, List<String>> extra =
                new HashMap<>(Optional.ofNullable(info.getExtra()).orElse(Map.of()));
        return new User(
                Optional.ofNullable(info.getUsername()).orElse(""),
                Optional.ofNullable(info.getUid()).orElse(""),
                groups,
                extra);
    }
}
