package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletAuthentication;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.http.ClientCa;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who asks (contract §3.1): a client certificate, else a bearer token, else nobody if that is
 * allowed.
 */
final class Authenticator {

    private static final Logger log = LoggerFactory.getLogger(Authenticator.class);

    private static final int CACHED = 512;

    private final KubeletAuthentication config;
    private final Optional<ClientCa> clientCa;
    private final Optional<ApiRequests> api;
    private final TtlCache<String, User> tokens;

    Authenticator(
            KubeletAuthentication config,
            Optional<ClientCa> clientCa,
            Optional<ApiRequests> api,
            Ticks ticks) {
        this.config = config;
        this.clientCa = clientCa;
        this.api = api;
        this.tokens = new TtlCache<>(CACHED, ticks);
    }

    /** The user, or empty for 401. */
    Optional<User> authenticate(HttpExchange x) throws InterruptedException {
        Optional<User> byCertificate = certificate(x.peerCertificates());
        if (byCertificate.isPresent()) {
            return byCertificate;
        }
        Optional<String> token = bearer(x);
        if (token.isPresent()) {
            return config.webhook().enabled() ? review(token.get()) : Optional.empty();
        }
        return config.anonymous().enabled() ? Optional.of(User.ANONYMOUS) : Optional.empty();
    }

    private Optional<User> certificate(List<X509Certificate> chain) {
        if (chain.isEmpty() || clientCa.isEmpty()) {
            return Optional.empty();
        }
        try {
            clientCa.get().verify(chain);
            return Optional.of(user(chain.getFirst()));
        } catch (CertificateException | InvalidNameException e) {
            log.info(
                    "Client certificate of {} refused: {}",
                    chain.getFirst().getSubjectX500Principal(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static User user(X509Certificate leaf) throws InvalidNameException {
        String name = "";
        List<String> groups = new ArrayList<>();
        for (Rdn rdn : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
            var attributes = rdn.toAttributes().getAll();
            while (attributes.hasMoreElements()) {
                var attribute = (javax.naming.directory.Attribute) attributes.nextElement();
                String value =
                        String.valueOf(
                                rdn.getType().equalsIgnoreCase(attribute.getID())
                                        ? rdn.getValue()
                                        : first(attribute));
                switch (attribute.getID().toUpperCase(Locale.ROOT)) {
                    case "CN" -> name = value;
                    case "O" -> groups.add(value);
                    default -> {
                        // other parts of the subject say nothing about the user
                    }
                }
            }
        }
        groups.add("system:authenticated");
        return new User(name, "", groups);
    }

    private static Object first(javax.naming.directory.Attribute attribute)
            throws InvalidNameException {
        try {
            return attribute.get();
        } catch (javax.naming.NamingException e) {
            throw new InvalidNameException(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> bearer(HttpExchange x) {
        return x.headers()
                .first("Authorization")
                .filter(h -> h.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(h -> h.substring(7).trim())
                .filter(t -> !t.isEmpty());
    }

    private Optional<User> review(String token) throws InterruptedException {
        String key = digest(token);
        Optional<User> known = tokens.get(key);
        if (known.isPresent() || api.isEmpty()) {
            return known;
        }
        try {
            TokenReview answer =
                    api.get()
                            .create(
                                    TokenReview.class,
                                    "/apis/authentication.k8s.io/v1/tokenreviews",
                                    new TokenReviewBuilder()
                                            .withNewSpec()
                                            .withToken(token)
                                            .endSpec()
                                            .build());
            if (!Boolean.TRUE.equals(answer.getStatus().getAuthenticated())) {
                return Optional.empty();
            }
            UserInfo info = answer.getStatus().getUser();
            List<String> groups = new ArrayList<>(info.getGroups());
            groups.add("system:authenticated");
            User user =
                    new User(
                            info.getUsername(),
                            Optional.ofNullable(info.getUid()).orElse(""),
                            groups.stream().distinct().toList());
            tokens.put(key, user, config.webhook().cacheTTL());
            return Optional.of(user);
        } catch (IOException e) {
            log.warn(
                    "Asking the API server about a bearer token failed: {}. The request is refused.",
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Tokens are remembered by their digest, so that a heap dump does not hold them. */
    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }
}
