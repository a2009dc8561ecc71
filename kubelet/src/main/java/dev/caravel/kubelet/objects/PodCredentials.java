package dev.caravel.kubelet.objects;

import dev.caravel.kubelet.pod.PodRef;

/** The X.509 credentials issued for pods (KEP-4317). Thread-safe. */
public interface PodCredentials {

    /**
     * What is issued for one source of a projected volume now.
     *
     * @throws ObjectUnavailableException when nothing is issued yet, or never will be
     */
    Credential credential(PodRef pod, String volume, int sourceIndex)
            throws ObjectUnavailableException;

    /**
     * A private key and its certificates, both PEM; {@link #toString} keeps the key out of logs.
     */
    record Credential(String privateKey, String certificates) {
        @Override
        public String toString() {
            return "Credential[" + certificates.length() + " characters of certificates]";
        }
    }

    /** A kubelet without API server. */
    static PodCredentials none() {
        return (pod, volume, sourceIndex) -> {
            throw new ObjectUnavailableException(
                    "podCertificate projection is not supported without an API server");
        };
    }
}
