package dev.caravel.kubelet.objects;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/**
 * The config maps and secrets that pods on this node refer to. Blocking: a first read may wait for
 * the watch to deliver. Safe for use by many threads.
 */
public interface ConfigObjects {

    /**
     * The config map, or empty when the API server says it does not exist.
     *
     * @throws ObjectUnavailableException when it cannot be known now (no API client, forbidden,
     *     timeout)
     */
    Optional<ConfigMap> configMap(String namespace, String name) throws ObjectUnavailableException;

    /**
     * The secret, or empty when the API server says it does not exist.
     *
     * @throws ObjectUnavailableException when it cannot be known now (no API client, forbidden,
     *     timeout)
     */
    Optional<Secret> secret(String namespace, String name) throws ObjectUnavailableException;
}
