package dev.caravel.kubelet.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServiceAccountTokensTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final PodRef POD = new PodRef("shop", "cart", "uid-1");
    private static final Duration LIFE = Duration.ofHours(1);

    private final FakeApi api = new FakeApi();
    private final FakeTicks ticks = new FakeTicks(NOON);
    private final ServiceAccountTokens tokens =
            new ServiceAccountTokens(api, ticks.clock(), new Random(1));

    ServiceAccountTokensTest() {
        api.onCreate = body -> answer((TokenRequest) body, "token-" + api.created.size());
    }

    private TokenRequest answer(TokenRequest request, String token) {
        long seconds = request.getSpec().getExpirationSeconds();
        return new TokenRequestBuilder(request)
                .withNewStatus()
                .withToken(token)
                .withExpirationTimestamp(ticks.now().plusSeconds(seconds).toString())
                .endStatus()
                .build();
    }

    private String token(List<String> audiences) throws ObjectUnavailableException {
        return tokens.podToken(POD, "default", audiences, LIFE).value();
    }

    @ParameterizedTest(name = "life {0}: refresh after {1}")
    @CsvSource(
            textBlock =
                    """
                    PT1H,    PT48M
                    PT10M,   PT8M
                    PT24H,   PT19H12M
                    PT30H,   PT24H
                    PT8760H, PT24H
                    """)
    void refreshIsDueAfterFourFifthsOfTheLifeOrADay(Duration life, Duration due) {
        assertThat(TokenRefresh.at(NOON.plus(life), life, Duration.ZERO)).isEqualTo(NOON.plus(due));
        assertThat(TokenRefresh.at(NOON.plus(life), life, Duration.ofSeconds(7)))
                .isEqualTo(NOON.plus(due).minusSeconds(7));
    }

    @Test
    void theRequestIsBoundToThePod() throws Exception {
        tokens.podToken(POD, "builder", List.of("vault"), Duration.ofMinutes(10));
        assertThat(api.created)
                .singleElement()
                .isInstanceOfSatisfying(
                        TokenRequest.class,
                        r -> {
                            assertThat(r.getSpec().getAudiences()).containsExactly("vault");
                            assertThat(r.getSpec().getExpirationSeconds()).isEqualTo(600);
                            assertThat(r.getSpec().getBoundObjectRef().getUid()).isEqualTo("uid-1");
                            assertThat(r.getSpec().getBoundObjectRef().getKind()).isEqualTo("Pod");
                            assertThat(r.getSpec().getBoundObjectRef().getName()).isEqualTo("cart");
                        });
    }

    @Test
    void aTokenIsKeptUntilItIsDue() throws Exception {
        PodTokens.PodToken first = tokens.podToken(POD, "default", List.of(), LIFE);
        assertThat(first.refreshAt())
                .isBetween(NOON.plus(Duration.ofMinutes(48)).minusSeconds(10), NOON.plus(LIFE));
        ticks.advance(Duration.between(NOON, first.refreshAt()).minusMillis(1));
        assertThat(token(List.of())).isEqualTo(first.value());
        ticks.advance(Duration.ofMillis(1));
        assertThat(token(List.of())).isNotEqualTo(first.value());
        assertThat(api.created).hasSize(2);
    }

    @Test
    void audiencesDoNotShareATokenAndAGonePodIsForgotten() throws Exception {
        assertThat(token(List.of())).isNotEqualTo(token(List.of("vault")));
        assertThat(token(List.of("vault"))).isEqualTo("token-2");
        tokens.forget("uid-1");
        assertThat(token(List.of("vault"))).isEqualTo("token-3");
    }

    @Test
    void theOldTokenServesUntilItExpiresWhileTheServerIsAway() throws Exception {
        String first = token(List.of());
        api.outage = new IOException("connection refused");
        ticks.advance(Duration.ofMinutes(59));
        PodTokens.PodToken kept = tokens.podToken(POD, "default", List.of(), LIFE);
        assertThat(kept.value()).isEqualTo(first);
        assertThat(kept.refreshAt()).as("tried again soon").isEqualTo(ticks.now().plusSeconds(60));
        ticks.advance(Duration.ofMinutes(2));
        assertThatThrownBy(() -> token(List.of()))
                .isInstanceOf(ObjectUnavailableException.class)
                .hasMessageContaining("expired")
                .hasMessageContaining("connection refused");
    }

    @Test
    void withoutAnyTokenTheFailureIsNamed() {
        api.outage = new IOException("connection refused");
        assertThatThrownBy(() -> token(List.of()))
                .hasMessage("failed to fetch token: connection refused");
    }

    @Test
    void whatTheServerGrantsDecidesTheRefresh() throws Exception {
        api.onCreate =
                body ->
                        new TokenRequestBuilder((TokenRequest) body)
                                .editSpec()
                                .withExpirationSeconds(600L)
                                .endSpec()
                                .withNewStatus()
                                .withToken("t")
                                .withExpirationTimestamp(NOON.plusSeconds(600).toString())
                                .endStatus()
                                .build();
        assertThat(tokens.podToken(POD, "default", List.of(), LIFE).refreshAt())
                .isBeforeOrEqualTo(NOON.plusSeconds(480));
    }

    private static String jwt(String claims) {
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        return url.encodeToString("{}".getBytes(StandardCharsets.UTF_8))
                + "."
                + url.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".sig";
    }

    private static String claims(String sub, String uid, Instant issued, Duration life) {
        return "{\"aud\":[\"api\"],\"exp\":%d,\"iat\":%d,\"kubernetes.io\":{\"namespace\":\"shop\",\"pod\":{\"name\":\"cart\",\"uid\":\"%s\"},\"warnafter\":%d},\"sub\":\"%s\"}"
                .formatted(
                        issued.plus(Duration.ofDays(365)).getEpochSecond(),
                        issued.getEpochSecond(),
                        uid,
                        issued.plus(life).getEpochSecond(),
                        sub);
    }

    @Test
    void aTokenFoundOnDiskIsUsedUntilItIsDue() throws Exception {
        String onDisk =
                jwt(
                        claims(
                                "system:serviceaccount:shop:default",
                                "uid-1",
                                NOON.minus(Duration.ofMinutes(30)),
                                LIFE));
        tokens.adopt(POD, "default", List.of(), LIFE, onDisk);
        assertThat(token(List.of())).isEqualTo(onDisk);
        assertThat(api.created).isEmpty();
        ticks.advance(Duration.ofMinutes(18));
        assertThat(token(List.of())).isEqualTo("token-1");
    }

    @Test
    void aTokenOnDiskThatDoesNotFitIsIgnored() throws Exception {
        Instant issued = NOON.minus(Duration.ofMinutes(30));
        String sub = "system:serviceaccount:shop:default";
        for (String bad :
                List.of(
                        "",
                        "no token",
                        jwt("[]"),
                        jwt("{"),
                        jwt("{\"sub\":1}"),
                        jwt(claims("system:serviceaccount:shop:other", "uid-1", issued, LIFE)),
                        jwt(claims(sub, "uid-0", issued, LIFE)),
                        jwt(claims(sub, "uid-1", NOON.minus(Duration.ofHours(2)), LIFE)))) {
            tokens.adopt(POD, "default", List.of(), LIFE, bad);
            tokens.adopt(POD, "default", List.of("vault"), LIFE, bad);
        }
        assertThat(token(List.of())).isEqualTo("token-1");
        assertThat(token(List.of("vault"))).isEqualTo("token-2");
    }

    @Test
    void aTokensTextNeverShowsIt() throws Exception {
        assertThat(tokens.podToken(POD, "default", List.of(), LIFE).toString())
                .doesNotContain("token-1");
        assertThat(tokens.token(POD, "default", List.of(), LIFE).toString())
                .doesNotContain("token-1");
    }
}
