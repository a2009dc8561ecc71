package dev.caravel.daemon.cert;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What to do about the client certificate, decided every ten seconds: without a valid one the node
 * is lost to the cluster, and a restart reads new credentials if somebody has put them there
 * (kubelet.md §1.4). A restart is of no use while the API server is away.
 */
public sealed interface ClientCertificateCheck {
    /** How long the node may be without a certificate. */
    Duration LIMIT = Duration.ofMinutes(5);

    /** How often to check. */
    Duration PERIOD = Duration.ofSeconds(10);

    /** All is well, or may yet become so. */
    record Fine() implements ClientCertificateCheck {}

    /** Nothing helps now; the message is for the log. */
    record Report(String message) implements ClientCertificateCheck {}

    /** End with this reason, to be started again. */
    record Exit(String reason) implements ClientCertificateCheck {}

    /**
     * Decides.
     *
     * @param newest the newest certificate, expired or not
     * @param lastValid when there last was a valid one, or the start
     * @param serverHealthy whether the API server answers
     */
    static ClientCertificateCheck decide(
            Optional<KeyMaterial> newest, Instant lastValid, boolean serverHealthy, Instant now) {
        if (newest.isPresent()) {
            Instant end = newest.get().leaf().getNotAfter().toInstant();
            if (now.isBefore(end)) {
                return new Fine();
            }
            if (now.isBefore(end.plus(LIMIT))) {
                return new Report("The client certificate expired at " + end);
            }
            return hopeless("The client certificate expired at " + end, serverHealthy);
        }
        if (now.isBefore(lastValid.plus(LIMIT))) {
            return new Fine();
        }
        return hopeless("No valid client certificate since " + lastValid, serverHealthy);
    }

    private static ClientCertificateCheck hopeless(String what, boolean serverHealthy) {
        return serverHealthy
                ? new Exit(what + " and the API server answers; ending to read new credentials")
                : new Report(
                        what
                                + ", but the API server does not answer. A restart may be necessary"
                                + " to retrieve new initial credentials");
    }
}
