package dev.caravel.kubelet.objects;

import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/** The certificates of ClusterTrustBundles (KEP-3257) as PEM text. Blocking; thread-safe. */
public interface TrustAnchors {

    /**
     * The anchors of one bundle.
     *
     * @param optional whether a missing bundle counts as an empty one
     */
    String byName(String name, boolean optional) throws ObjectUnavailableException;

    /**
     * The anchors of all bundles of a signer that a selector matches, each once.
     *
     * @param selector null matches nothing, an empty one everything
     * @param optional whether no match counts as an empty bundle
     */
    String bySigner(String signer, @Nullable LabelSelector selector, boolean optional)
            throws ObjectUnavailableException;

    /** A kubelet without API server. */
    static TrustAnchors none() {
        return new TrustAnchors() {
            @Override
            public String byName(String name, boolean optional) throws ObjectUnavailableException {
                throw refused();
            }

            @Override
            public String bySigner(
                    String signer, @Nullable LabelSelector selector, boolean optional)
                    throws ObjectUnavailableException {
                throw refused();
            }

            private ObjectUnavailableException refused() {
                return new ObjectUnavailableException(
                        "ClusterTrustBundle projection is not supported without an API server");
            }
        };
    }
}
