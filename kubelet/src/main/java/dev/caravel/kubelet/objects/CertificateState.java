package dev.caravel.kubelet.objects;

import java.time.Instant;
import java.util.Optional;

/** Where the certificate of one podCertificate source stands (KEP-4317). */
sealed interface CertificateState {

    /** Nothing is asked for yet. */
    record Unrequested() implements CertificateState {}

    /**
     * A request is under way.
     *
     * @param privateKey PEM, of the certificate that is to come
     * @param request name of the PodCertificateRequest
     * @param abandonAt when a request that is nowhere to be seen counts as deleted
     * @param current what serves until then; empty for a first request
     */
    record Requested(String privateKey, String request, Instant abandonAt, Optional<Issued> current)
            implements CertificateState {
        @Override
        public String toString() {
            return "Requested[" + request + "]";
        }
    }

    /**
     * A certificate is here.
     *
     * @param privateKey PEM
     * @param chain PEM
     * @param refreshAt when the next one is due
     * @param notAfter when this one expires
     * @param overdueTold whether an event has told that the next one is late
     * @param expiredTold whether an event has told that it has expired
     */
    record Issued(
            String privateKey,
            String chain,
            Instant refreshAt,
            Instant notAfter,
            boolean overdueTold,
            boolean expiredTold)
            implements CertificateState {
        Issued(String privateKey, String chain, Instant refreshAt, Instant notAfter) {
            this(privateKey, chain, refreshAt, notAfter, false, false);
        }

        @Override
        public String toString() {
            return "Issued[refreshAt=" + refreshAt + ", notAfter=" + notAfter + "]";
        }
    }

    /**
     * The signer has said no, for good.
     *
     * @param verdict {@code denied} or {@code failed}
     */
    record Refused(String verdict, String reason, String message) implements CertificateState {}

    /** What serves the pod now. */
    default Optional<Issued> current() {
        return switch (this) {
            case Unrequested _ -> Optional.empty();
            case Requested requested -> requested.current;
            case Issued issued -> Optional.of(issued);
            case Refused _ -> Optional.empty();
        };
    }
}
