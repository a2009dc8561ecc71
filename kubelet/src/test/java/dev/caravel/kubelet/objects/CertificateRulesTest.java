package dev.caravel.kubelet.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.event.PodEvent;
import dev.caravel.kubelet.objects.CertificateRules.Answer;
import dev.caravel.kubelet.objects.CertificateRules.Decision;
import dev.caravel.kubelet.objects.CertificateState.Issued;
import dev.caravel.kubelet.objects.CertificateState.Refused;
import dev.caravel.kubelet.objects.CertificateState.Requested;
import dev.caravel.kubelet.objects.CertificateState.Unrequested;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CertificateRulesTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration JITTER = Duration.ofSeconds(30);
    private static final Issued OLD =
            new Issued("old-key", "old-chain", NOON, NOON.plus(Duration.ofHours(1)));
    private static final Optional<Answer> PENDING = Optional.of(new Answer.Pending());
    private static final Optional<Answer> UNSEEN = Optional.empty();

    private static Decision decide(
            CertificateState state, Optional<Answer> seen, Duration afterNoon) {
        return CertificateRules.decide(state, seen, NOON.plus(afterNoon), JITTER);
    }

    private static Requested requested(Optional<Issued> current) {
        return new Requested("key", "req-1", NOON.plus(Duration.ofMinutes(10)), current);
    }

    @Test
    void theFirstThingIsToAsk() {
        assertThat(decide(new Unrequested(), UNSEEN, Duration.ZERO).create()).isTrue();
    }

    @Test
    void anAnswerIsWaitedForAsLongAsTheRequestIsThere() {
        Decision decision = decide(requested(Optional.empty()), PENDING, Duration.ofDays(3));
        assertThat(decision.create()).isFalse();
        assertThat(decision.wakeAt()).isEmpty();
        assertThat(decision.state()).isEqualTo(requested(Optional.empty()));
    }

    @Test
    void aRequestThatIsNotSeenIsAskedForAgainAfterTenMinutes() {
        Decision early = decide(requested(Optional.empty()), UNSEEN, Duration.ofMinutes(9));
        assertThat(early.create()).isFalse();
        assertThat(early.wakeAt()).hasValue(NOON.plus(Duration.ofMinutes(10)));
        Decision late = decide(requested(Optional.empty()), UNSEEN, Duration.ofMinutes(10));
        assertThat(late.create()).isTrue();
        assertThat(late.state()).isEqualTo(new Unrequested());
        Decision refresh = decide(requested(Optional.of(OLD)), UNSEEN, Duration.ofMinutes(10));
        assertThat(refresh.create()).isTrue();
        assertThat(refresh.state().current()).as("the old one serves on").isPresent();
    }

    @Test
    void anIssuedCertificateServesUntilItsRefreshIsDue() {
        Answer yes =
                new Answer.Yes(
                        "chain", NOON.plus(Duration.ofHours(2)), NOON.plus(Duration.ofHours(3)));
        Decision decision =
                decide(requested(Optional.of(OLD)), Optional.of(yes), Duration.ofMinutes(1));
        Issued issued =
                new Issued(
                        "key",
                        "chain",
                        NOON.plus(Duration.ofHours(2)).plus(JITTER),
                        NOON.plus(Duration.ofHours(3)));
        assertThat(decision.state()).isEqualTo(issued);
        assertThat(decision.wakeAt()).hasValue(issued.refreshAt());
        assertThat(decide(issued, UNSEEN, Duration.ofHours(2)).create()).isFalse();
        assertThat(decide(issued, UNSEEN, Duration.ofHours(2).plus(JITTER)).create()).isTrue();
    }

    @Test
    void aNoIsForGoodAndTold() {
        Answer no = new Answer.No("denied", "Policy", "not for you");
        Decision decision =
                decide(requested(Optional.of(OLD)), Optional.of(no), Duration.ofMinutes(1));
        assertThat(decision.state()).isEqualTo(new Refused("denied", "Policy", "not for you"));
        assertThat(decision.events())
                .singleElement()
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo("Denied");
                    assertThat(e.message())
                            .isEqualTo(
                                    "PodCertificateRequest req-1 was denied,"
                                            + " reason=\"Policy\", message=\"not for you\"");
                });
        Decision later = decide(decision.state(), UNSEEN, Duration.ofDays(9));
        assertThat(later.create()).isFalse();
        assertThat(later.events()).isEmpty();
    }

    @Test
    void aLateRefreshAndAnExpiryAreToldOnceEach() {
        Decision pending = decide(requested(Optional.of(OLD)), PENDING, Duration.ofMinutes(1));
        assertThat(pending.events()).isEmpty();
        assertThat(pending.wakeAt()).hasValue(NOON.plus(Duration.ofMinutes(10)));
        Decision overdue = decide(pending.state(), PENDING, Duration.ofMinutes(10));
        assertThat(overdue.events())
                .extracting(PodEvent::reason)
                .containsExactly("CertificateOverdueForRefresh");
        assertThat(overdue.wakeAt()).hasValue(OLD.notAfter());
        Decision expired = decide(overdue.state(), PENDING, Duration.ofHours(1));
        assertThat(expired.events())
                .extracting(PodEvent::reason)
                .containsExactly("CertificateExpired");
        assertThat(expired.wakeAt()).isEmpty();
        assertThat(decide(expired.state(), PENDING, Duration.ofHours(2)).events()).isEmpty();
    }

    @Test
    void theMetricKnowsTheAge() {
        assertThat(CertificateRules.metricState(new Unrequested(), NOON))
                .isEqualTo("not_yet_issued");
        assertThat(CertificateRules.metricState(requested(Optional.empty()), NOON))
                .isEqualTo("not_yet_issued");
        assertThat(CertificateRules.metricState(OLD, NOON)).isEqualTo("fresh");
        assertThat(CertificateRules.metricState(requested(Optional.of(OLD)), NOON.plusSeconds(601)))
                .isEqualTo("overdue_for_refresh");
        assertThat(CertificateRules.metricState(OLD, NOON.plus(Duration.ofHours(2))))
                .isEqualTo("expired");
        assertThat(CertificateRules.metricState(new Refused("failed", "r", "m"), NOON))
                .isEqualTo("failed");
    }
}
