package dev.caravel.daemon.cert;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether the node must bootstrap its identity. Decided without files. */
public sealed interface BootstrapPlan {
    /** kubelet.conf is good as it is. */
    record UseKubeconfig() implements BootstrapPlan {}

    /**
     * Write kubelet.conf anew and have a certificate signed with the bootstrap credentials.
     *
     * @param why for the log
     */
    record Bootstrap(String why) implements BootstrapPlan {}

    /**
     * Decides (kubelet.md §6.4: bootstrap credentials are ignored while kubelet.conf is valid).
     *
     * @param bootstrapGiven {@code --bootstrap-kubeconfig} is set
     * @param certificates the client chain kubelet.conf leads to; empty when the file or the chain
     *     is missing or unreadable
     */
    static BootstrapPlan decide(
            boolean bootstrapGiven, Optional<List<X509Certificate>> certificates, Instant now) {
        if (!bootstrapGiven) {
            return new UseKubeconfig();
        }
        if (certificates.isEmpty() || certificates.get().isEmpty()) {
            return new Bootstrap("there is no usable kubeconfig with a client certificate");
        }
        for (X509Certificate certificate : certificates.get()) {
            Instant end = certificate.getNotAfter().toInstant();
            if (now.isAfter(end)) {
                return new Bootstrap("the client certificate expired at " + end);
            }
        }
        return new UseKubeconfig();
    }
}
