package dev.caravel.kubelet.objects;

import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Service accounts and the tokens the API server issues for pods. Blocking; thread-safe. */
public interface ServiceAccounts {

    /**
     * The service account, or empty when the API server says it does not exist.
     *
     * @throws ObjectUnavailableException when it cannot be known now
     */
    Optional<ServiceAccount> serviceAccount(String namespace, String name)
            throws ObjectUnavailableException;

    /**
     * A token bound to {@code pod}, fresh enough to be used now (an implementation may cache until
     * 80 % of its life or 24 h have passed).
     *
     * @param serviceAccount name of the account, in the pod's namespace
     * @param audiences who may accept it; empty means the API server itself
     * @throws ObjectUnavailableException when the API server issues none
     */
    Token token(PodRef pod, String serviceAccount, List<String> audiences, Duration lifetime)
            throws ObjectUnavailableException;

    /** An issued token; {@link #toString} keeps it out of logs. */
    record Token(String value, Instant expiresAt) {
        @Override
        public String toString() {
            return "Token[expiresAt=" + expiresAt + "]";
        }
    }
}
