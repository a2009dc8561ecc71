package dev.caravel.daemon.cert;

import java.util.List;

/**
 * Who signs, and for what.
 *
 * @param name {@code spec.signerName}
 * @param usages of an EC key; RSA keys add key encipherment
 */
public record Signer(String name, List<String> usages) {
    /** Client certificates of nodes. */
    public static final Signer KUBELET_CLIENT =
            new Signer(
                    "kubernetes.io/kube-apiserver-client-kubelet",
                    List.of("digital signature", "client auth"));

    /** Serving certificates of nodes. */
    public static final Signer KUBELET_SERVING =
            new Signer(
                    "kubernetes.io/kubelet-serving", List.of("digital signature", "server auth"));

    public Signer {
        usages = List.copyOf(usages);
    }

    /** The usages to ask for with a key of this algorithm, in upstream's order. */
    List<String> usagesFor(String keyAlgorithm) {
        if (!keyAlgorithm.equals("RSA")) {
            return usages;
        }
        return List.of(usages.getFirst(), "key encipherment", usages.getLast());
    }
}
