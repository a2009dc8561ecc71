package dev.caravel.kubelet.image;

/** Who gave credentials, and so who may use what was pulled with them. */
sealed interface CredentialSource {

    /** The node itself: files or a plugin without service account; every pod here may. */
    record Node() implements CredentialSource {}

    /** An image pull secret. */
    record PullSecret(String uid, String namespace, String name) implements CredentialSource {}

    /** A plugin that was shown a token of a service account. */
    record Account(String uid, String namespace, String name) implements CredentialSource {}
}
