package dev.caravel.daemon.cert;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When the next certificate is to be requested. Decided without clock or files. */
public sealed interface RotationPlan {
    /** Nothing to do before {@code until}. */
    record Wait(Instant until) implements RotationPlan {}

    /** Nothing can be asked for yet, because the subject is not known. */
    record Unknown() implements RotationPlan {}

    /**
     * Request one now.
     *
     * @param why for the log
     */
    record Request(String why) implements RotationPlan {}

    /** Rotation is due from this part of the lifetime on. */
    double EARLIEST = 0.7;

    /** Up to this part is added at random, so that nodes made together do not rotate together. */
    double SPREAD = 0.2;

    /**
     * Decides (kubelet.md §6.4).
     *
     * @param current the certificate in use
     * @param wanted whom the next one is for; empty while unknown
     * @param spread a random number from 0 to 1, drawn once for each certificate
     * @param now wall clock
     */
    static RotationPlan decide(
            Optional<X509Certificate> current,
            Optional<CertificateSubject> wanted,
            double spread,
            Instant now) {
        if (wanted.isEmpty()) {
            return new Unknown();
        }
        if (current.isEmpty()) {
            return new Request("there is none");
        }
        X509Certificate certificate = current.get();
        Optional<String> missing = wanted.get().missingFrom(certificate);
        if (missing.isPresent()) {
            return new Request(missing.get());
        }
        Instant due = due(certificate, spread);
        return now.isBefore(due)
                ? new Wait(due)
                : new Request("it expires at " + certificate.getNotAfter().toInstant());
    }

    private static Instant due(X509Certificate certificate, double spread) {
        Instant from = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
        return from.plusMillis(Math.round(life.toMillis() * (EARLIEST + SPREAD * spread)));
    }
}
