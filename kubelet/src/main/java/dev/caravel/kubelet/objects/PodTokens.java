package dev.caravel.kubelet.objects;

import dev.caravel.kubelet.pod.PodRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Service account tokens for the files of projected volumes. Blocking; thread-safe. */
public interface PodTokens {

    /**
     * A valid token and when to come back for the next one.
     *
     * @param audiences who may accept it; empty means the API server itself
     * @throws ObjectUnavailableException when the API server issues none and no valid one is known
     */
    PodToken podToken(PodRef pod, String serviceAccount, List<String> audiences, Duration lifetime)
            throws ObjectUnavailableException;

    /** Forgets the tokens of a pod that is gone. */
    void forget(String podUid);

    /**
     * Offers a token found in the pod's volume after a restart of the kubelet, so that a fresh one
     * is not asked for again. Ignored when it does not fit.
     */
    void adopt(
            PodRef pod,
            String serviceAccount,
            List<String> audiences,
            Duration lifetime,
            String token);

    /** A token; {@link #toString} keeps it out of logs. */
    record PodToken(String value, Instant expiresAt, Instant refreshAt) {
        @Override
        public String toString() {
            return "PodToken[expiresAt=" + expiresAt + ", refreshAt=" + refreshAt + "]";
        }
    }

    /** A kubelet without API server. */
    static PodTokens none() {
        return new PodTokens() {
            @Override
            public PodToken podToken(
                    PodRef pod, String serviceAccount, List<String> audiences, Duration lifetime)
                    throws ObjectUnavailableException {
                throw new ObjectUnavailableException("there is no API server that issues tokens");
            }

            @Override
            public void forget(String podUid) {}

            @Override
            public void adopt(
                    PodRef pod,
                    String serviceAccount,
                    List<String> audiences,
                    Duration lifetime,
                    String token) {}
        };
    }
}
