package dev.caravel.kubelet.objects;

import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.event.PodEvent;
import dev.caravel.kubelet.objects.CertificateState.Issued;
import dev.caravel.kubelet.objects.CertificateState.Refused;
import dev.caravel.kubelet.objects.CertificateState.Requested;
import dev.caravel.kubelet.objects.CertificateState.Unrequested;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what happens next to the certificate of a podCertificate source. Pure. */
final class CertificateRules {
    /** A refresh that takes longer is told. */
    private static final Duration OVERDUE = Duration.ofMinutes(10);

    /** A request that is not seen for so long counts as deleted. */
    static final Duration ABANDON = Duration.ofMinutes(10);

    private CertificateRules() {}

    /**
     * What happens next.
     *
     * @param state from now on
     * @param events to record
     * @param create whether to send a new request
     * @param wakeAt when to decide again even if nothing is heard; empty for never
     */
    record Decision(
            CertificateState state,
            List<PodEvent> events,
            boolean create,
            Optional<Instant> wakeAt) {
        Decision {
            events = List.copyOf(events);
        }
    }

    /** How a request stands. */
    sealed interface Answer {
        /** The signer has not answered. */
        record Pending() implements Answer {}

        /** The signer has said no. */
        record No(String verdict, String reason, String message) implements Answer {}

        /** The certificate is issued. */
        record Yes(String chain, Instant beginRefreshAt, Instant notAfter) implements Answer {}
    }

    /**
     * Decides.
     *
     * @param seen the request of the state, as the API server has it; empty when it has none
     * @param jitter added to the time of the next refresh, so that pods do not refresh together
     */
    static Decision decide(
            CertificateState state, Optional<Answer> seen, Instant now, Duration jitter) {
        return switch (state) {
            case Unrequested _ -> new Decision(state, List.of(), true, Optional.empty());
            case Refused _ -> new Decision(state, List.of(), false, Optional.empty());
            case Issued issued -> fresh(issued, now);
            case Requested requested ->
                    seen.isPresent()
                            ? answered(requested, seen.get(), now, jitter)
                            : unseen(requested, now, jitter);
        };
    }

    private static Decision fresh(Issued issued, Instant now) {
        if (now.isBefore(issued.refreshAt())) {
            return new Decision(issued, List.of(), false, Optional.of(issued.refreshAt()));
        }
        List<PodEvent> events = new ArrayList<>();
        return new Decision(told(issued, now, events), events, true, Optional.empty());
    }

    private static Decision unseen(Requested requested, Instant now, Duration jitter) {
        if (now.isBefore(requested.abandonAt())) {
            return new Decision(requested, List.of(), false, Optional.of(requested.abandonAt()));
        }
        CertificateState again =
                requested.current().isPresent() ? requested.current().get() : new Unrequested();
        return decide(again, Optional.empty(), now, jitter);
    }

    private static Decision answered(
            Requested requested, Answer answer, Instant now, Duration jitter) {
        return switch (answer) {
            case Answer.Yes(String chain, Instant refreshAt, Instant notAfter) -> {
                Issued issued =
                        new Issued(requested.privateKey(), chain, refreshAt.plus(jitter), notAfter);
                yield new Decision(issued, List.of(), false, Optional.of(issued.refreshAt()));
            }
            case Answer.No(String verdict, String reason, String message) ->
                    new Decision(
                            new Refused(verdict, reason, message),
                            List.of(refusal(requested, verdict, reason, message)),
                            false,
                            Optional.empty());
            case Answer.Pending() -> pending(requested, now);
        };
    }

    private static Decision pending(Requested requested, Instant now) {
        if (requested.current().isEmpty()) {
            return new Decision(requested, List.of(), false, Optional.empty());
        }
        List<PodEvent> events = new ArrayList<>();
        Issued current = told(requested.current().get(), now, events);
        Optional<Instant> wakeAt = Optional.empty();
        if (!current.expiredTold()) {
            wakeAt = Optional.of(current.notAfter());
        }
        if (!current.overdueTold()
                && current.refreshAt().plus(OVERDUE).isBefore(current.notAfter())) {
            wakeAt = Optional.of(current.refreshAt().plus(OVERDUE));
        }
        return new Decision(
                new Requested(
                        requested.privateKey(),
                        requested.request(),
                        requested.abandonAt(),
                        Optional.of(current)),
                events,
                false,
                wakeAt);
    }

    /** Records, once each, that a certificate should have been renewed, or has expired. */
    private static Issued told(Issued issued, Instant now, List<PodEvent> events) {
        boolean overdue = !now.isBefore(issued.refreshAt().plus(OVERDUE));
        boolean expired = !now.isBefore(issued.notAfter());
        if (overdue && !issued.overdueTold()) {
            events.add(warning("CertificateOverdueForRefresh", "PodCertificate refresh overdue"));
        }
        if (expired && !issued.expiredTold()) {
            events.add(warning("CertificateExpired", "PodCertificate expired"));
        }
        return new Issued(
                issued.privateKey(),
                issued.chain(),
                issued.refreshAt(),
                issued.notAfter(),
                overdue || issued.overdueTold(),
                expired || issued.expiredTold());
    }

    private static PodEvent refusal(
            Requested requested, String verdict, String reason, String message) {
        return warning(
                verdict.equals("denied") ? "Denied" : "Failed",
                "PodCertificateRequest "
                        + requested.request()
                        + (verdict.equals("denied") ? " was denied" : " failed")
                        + ", reason=\""
                        + reason
                        + "\", message=\""
                        + message
                        + "\"");
    }

    private static PodEvent warning(String reason, String message) {
        return PodEvent.ofPod(EventType.WARNING, reason, message);
    }

    /** The value of metric {@code podcertificate_states}. */
    static String metricState(CertificateState state, Instant now) {
        return switch (state) {
            case Unrequested _ -> "not_yet_issued";
            case Refused refused -> refused.verdict();
            case Issued issued -> age(issued, now);
            case Requested requested ->
                    requested.current().map(c -> age(c, now)).orElse("not_yet_issued");
        };
    }

    private static String age(Issued issued, Instant now) {
        if (now.isAfter(issued.notAfter())) {
            return "expired";
        }
        return now.isAfter(issued.refreshAt().plus(OVERDUE)) ? "overdue_for_refresh" : "fresh";
    }
}
