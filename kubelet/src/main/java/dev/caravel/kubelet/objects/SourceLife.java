package dev.caravel.kubelet.objects;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.PodEvent;
import dev.caravel.kubelet.objects.CertificateRules.Answer;
import dev.caravel.kubelet.objects.CertificateRules.Decision;
import dev.caravel.kubelet.objects.CertificateState.Issued;
import dev.caravel.kubelet.objects.CertificateState.Requested;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of one podCertificate source: decide, act, wait for an answer or the time. */
final class SourceLife {
    private static final Logger log = LoggerFactory.getLogger(SourceLife.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    private static final long JITTER_MILLIS = Duration.ofMinutes(5).toMillis();

    private final PodCertificates.Source source;
    private final String signer;
    private final Owner owner;
    private final Ticks ticks;
    private final RandomGenerator random;
    private final Semaphore pokes = new Semaphore(0);
    private final Thread thread;
    private volatile CertificateState state = new CertificateState.Unrequested();

    /** What a source needs of the world. */
    interface Owner {
        /** Sends a new request. */
        Sent send() throws ObjectUnavailableException, InterruptedException;

        /** How the request of that name stands; empty when it is not seen. */
        Optional<Answer> answer(String request);

        void record(PodEvent event);

        /** A certificate has come. */
        void issued();
    }

    /** A request on its way. */
    record Sent(String privateKey, String request, Instant createdAt) {
        @Override
        public String toString() {
            return "Sent[" + request + "]";
        }
    }

    /** Starts it. */
    SourceLife(
            PodCertificates.Source source,
            String signer,
            Owner owner,
            Ticks ticks,
            RandomGenerator random) {
        this.source = source;
        this.signer = signer;
        this.owner = owner;
        this.ticks = ticks;
        this.random = random;
        this.thread =
                NamedThreads.start(
                        "certificate/" + source.pod().fullName() + "/" + source.volume(),
                        this::run);
    }

    String signer() {
        return signer;
    }

    CertificateState state() {
        return state;
    }

    /** Something about its request has changed. */
    void poke() {
        pokes.release();
    }

    void end() {
        thread.interrupt();
    }

    private void run() {
        Duration retry = FIRST_RETRY;
        try {
            while (true) {
                Decision decision = CertificateRules.decide(state, seen(), ticks.now(), jitter());
                enter(decision);
                Optional<Instant> wakeAt = decision.wakeAt();
                if (decision.create()) {
                    try {
                        request(decision.state());
                        retry = FIRST_RETRY;
                        continue;
                    } catch (ObjectUnavailableException e) {
                        log.warn(
                                "Requesting a certificate for pod {} volume {}: {}; next try in {}",
                                source.pod(),
                                source.volume(),
                                e.getMessage(),
                                retry);
                        wakeAt = Optional.of(ticks.now().plus(retry));
                        retry = longer(retry);
                    }
                }
                await(wakeAt);
            }
        } catch (InterruptedException e) {
            log.debug("No more certificates for pod {}: it is gone", source.pod());
        }
    }

    private void enter(Decision decision) {
        boolean issued = decision.state() instanceof Issued && !(state instanceof Issued);
        state = decision.state();
        decision.events().forEach(owner::record);
        if (issued) {
            owner.issued();
        }
    }

    private void request(CertificateState before)
            throws ObjectUnavailableException, InterruptedException {
        Sent sent = owner.send();
        state =
                new Requested(
                        sent.privateKey(),
                        sent.request(),
                        sent.createdAt().plus(CertificateRules.ABANDON).plus(jitter()),
                        before.current());
    }

    private Optional<Answer> seen() {
        return state instanceof Requested requested
                ? owner.answer(requested.request())
                : Optional.empty();
    }

    private void await(Optional<Instant> wakeAt) throws InterruptedException {
        if (wakeAt.isEmpty()) {
            pokes.acquire();
        } else {
            long millis = Math.max(1, Duration.between(ticks.now(), wakeAt.get()).toMillis());
            boolean _ = pokes.tryAcquire(millis, TimeUnit.MILLISECONDS);
        }
        pokes.drainPermits();
    }

    private Duration jitter() {
        return Duration.ofMillis(random.nextLong(JITTER_MILLIS));
    }

    private static Duration longer(Duration retry) {
        Duration doubled = retry.multipliedBy(2);
        return doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
    }
}
