package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.http.ClientCa;
import dev.caravel.daemon.http.HttpHeaders;
import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.kubelet.server.Authorizer.Decision;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    private static final User ALICE = new User("alice", "", List.of(), Map.of());

    private final FakeReviews api = new FakeReviews();
    private final ManualTicks ticks = new ManualTicks(Instant.EPOCH);

    /** Accepts whatever was issued to {@code good}. */
    private static final ClientCa CA =
            new ClientCa() {
                @Override
                public List<X509Certificate> authorities() {
                    return List.of();
                }

                @Override
                public void verify(List<X509Certificate> chain) throws CertificateException {
                    if (!chain.getFirst().getSubjectX500Principal().getName().contains("good")) {
                        throw new CertificateException("unknown authority");
                    }
                }
            };

    private Authenticator authenticator(boolean anonymous, boolean webhook) {
        return new Authenticator(
                config(
                                "authentication: {anonymous: {enabled: %s}, webhook: {enabled: %s}}"
                                        .formatted(anonymous, webhook))
                        .authentication(),
                Optional.of(CA),
                Optional.of(api),
                ticks);
    }

    private static KubeletConfiguration config(String yaml) {
        return KubeletConfiguration.parse(
                "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n" + yaml);
    }

    private static HttpHeaders bearer(String token) {
        return token.isEmpty()
                ? HttpHeaders.NONE
                : new HttpHeaders(
                        List.of(new HttpHeaders.Field("Authorization", "Bearer " + token)));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    CN=good,     '',     false, good
                    CN=good,     of-bob, false, good
                    CN=bad,      of-bob, false, bob
                    CN=bad,      '',     true,  ''
                    CN=bad,      forged, true,  ''
                    O=good,      '',     true,  system:anonymous
                    '',          of-bob, true,  bob
                    '',          forged, true,  ''
                    '',          '',     true,  system:anonymous
                    '',          '',     false, ''
                    """)
    void theFirstAcceptedProofTellsTheUserAndARefusedOneIsNotAnonymous(
            String subject, String token, boolean anonymous, String user) throws Exception {
        List<X509Certificate> chain =
                subject.isEmpty() ? List.of() : List.of(TestCertificates.of(subject));
        Optional<User> found = authenticator(anonymous, true).authenticate(chain, bearer(token));
        assertThat(found.map(User::name).orElse("")).isEqualTo(user);
    }

    @Test
    void withoutReviewsATokenProvesNothing() throws Exception {
        assertThat(authenticator(true, false).authenticate(List.of(), bearer("of-bob")))
                .contains(User.ANONYMOUS);
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void aCertificateNamesUserAndGroups() throws Exception {
        Optional<User> user =
                CertificateUser.of(TestCertificates.of("O=system:masters,O=a\\,b,CN=good"));
        assertThat(user.orElseThrow().name()).isEqualTo("good");
        assertThat(user.orElseThrow().groups())
                .containsExactly("system:masters", "a,b", "system:authenticated");
    }

    @Test
    void answersAboutTokensAreRememberedGoodAndBadOnes() throws Exception {
        Authenticator authenticator = authenticator(false, true);
        for (int i = 0; i < 3; i++) {
            authenticator.authenticate(List.of(), bearer("of-bob"));
            authenticator.authenticate(List.of(), bearer("forged"));
        }
        assertThat(api.asked()).containsExactly("of-bob", "forged");
        ticks.advance(Duration.ofMinutes(3));
        authenticator.authenticate(List.of(), bearer("of-bob"));
        assertThat(api.asked()).hasSize(3);
    }

    private Authorizer authorizer(String mode) {
        return new Authorizer(
                config("authorization: {mode: " + mode + "}").authorization(),
                Optional.of(api),
                "n1",
                ticks);
    }

    @Test
    void subresourcesAreTriedInOrderUntilOneIsAllowed() throws Exception {
        api.allow("alice get nodes/proxy");
        Decision decision = authorizer("Webhook").decide(ALICE, "get", Subresources.of("/pods"));
        assertThat(decision).isEqualTo(new Decision.Allowed());
        assertThat(api.asked()).containsExactly("alice get nodes/pods", "alice get nodes/proxy");
    }

    @Test
    void aDenialSaysWhatWasAsked() throws Exception {
        assertThat(authorizer("Webhook").decide(ALICE, "get", Subresources.of("/pods")))
                .isEqualTo(
                        new Decision.Denied(
                                "Forbidden (user=alice, verb=get, resource=nodes, subresource(s)=[pods proxy])\n"));
    }

    @Test
    void yesIsRememberedLongerThanNo() throws Exception {
        Authorizer authorizer = authorizer("Webhook");
        api.allow("alice get nodes/log");
        for (int i = 0; i < 2; i++) {
            authorizer.decide(ALICE, "get", List.of("log"));
            authorizer.decide(ALICE, "get", List.of("stats"));
        }
        assertThat(api.asked()).containsExactly("alice get nodes/log", "alice get nodes/stats");
        ticks.advance(Duration.ofSeconds(31));
        authorizer.decide(ALICE, "get", List.of("log"));
        authorizer.decide(ALICE, "get", List.of("stats"));
        assertThat(api.asked()).hasSize(3);
        ticks.advance(Duration.ofMinutes(5));
        authorizer.decide(ALICE, "get", List.of("log"));
        assertThat(api.asked()).hasSize(4);
    }

    @Test
    void anApiServerThatDoesNotAnswerIsAnErrorAndIsAskedAgain() throws Exception {
        Authorizer authorizer = authorizer("Webhook");
        api.allow("alice create nodes/proxy");
        api.failNext(new IOException("connection refused"));
        assertThat(authorizer.decide(ALICE, "create", List.of("proxy")))
                .isEqualTo(
                        new Decision.Failed(
                                "Authorization error (user=alice, verb=create, resource=nodes, subresource=proxy)"));
        assertThat(authorizer.decide(ALICE, "create", List.of("proxy")))
                .isEqualTo(new Decision.Allowed());
    }

    @Test
    void whatMayPassIsTriedAgainAfterAPause() throws Exception {
        api.allow("alice create nodes/proxy");
        api.failNext(new ApiException("POST", 500, "InternalError", "etcd", Optional.empty()));
        Thread time =
                Thread.startVirtualThread(() -> {
                    while (ticks.sleepers() == 0) {
                        Thread.onSpinWait();
                    }
                    ticks.advance(Duration.ofMillis(500));
                });
        assertThat(authorizer("Webhook").decide(ALICE, "create", List.of("proxy")))
                .isEqualTo(new Decision.Allowed());
        time.join();
        assertThat(api.asked()).hasSize(2);
    }

    @Test
    void inModeAlwaysAllowNobodyIsAsked() throws Exception {
        assertThat(authorizer("AlwaysAllow").decide(ALICE, "get", List.of("proxy")))
                .isEqualTo(new Decision.Allowed());
        assertThat(api.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    /healthz/ping,       healthz proxy
                    /runningpods/,       pods proxy
                    /pods,               pods proxy
                    /podsx,              proxy
                    /configz,            configz proxy
                    /stats/summary,      stats
                    /metrics/cadvisor,   metrics
                    /logs/messages,      log
                    /checkpoint/a/b/c,   checkpoint
                    /exec/a/b/c,         proxy
                    /containerLogs/a/b/c,proxy
                    /,                   proxy
                    """)
    void pathsStandForSubresources(String path, String subresources) {
        assertThat(String.join(" ", Subresources.of(path))).isEqualTo(subresources);
    }

    @ParameterizedTest
    @CsvSource({
        "/pods,pods",
        "/metrics,metrics",
        "/metrics/,other",
        "/metrics/cadvisor,metrics/cadvisor",
        "/metrics/resource/x,metrics/resource",
        "/metrics/anything,other",
        "/exec/a/b/c,exec",
        "/anything,other",
        "/,other"
    })
    void metricsNameNoPathAClientMadeUp(String path, String bucket) {
        assertThat(HttpMetrics.path(path)).isEqualTo(bucket);
    }

    @Test
    void theCacheForgetsTheLeastRecentlyUsedAndWhatIsOld() {
        TtlCache<String, String> cache = new TtlCache<>(2, ticks);
        cache.put("a", "1", Duration.ofSeconds(10));
        cache.put("b", "2", Duration.ofSeconds(10));
        assertThat(cache.get("a")).contains("1");
        cache.put("c", "3", Duration.ofSeconds(20));
        assertThat(cache.get("b")).isEmpty();
        ticks.advance(Duration.ofSeconds(10));
        assertThat(cache.get("a")).isEmpty();
        assertThat(cache.get("c")).contains("3");
    }
}
