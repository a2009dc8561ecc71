package dev.caravel.kubelet.env;

import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import dev.caravel.kubelet.spec.ContainerConfigException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The config maps and secrets one environment is made of, each read once so that all its variables
 * come from the same version. Values are bytes as Latin-1.
 */
final class ReferencedObjects {
    private final ConfigObjects objects;
    private final String namespace;
    private final Map<String, Map<String, String>> configMaps = new HashMap<>();
    private final Map<String, Map<String, String>> secrets = new HashMap<>();

    ReferencedObjects(ConfigObjects objects, String namespace) {
        this.objects = objects;
        this.namespace = namespace;
    }

    /** The data of a config map, empty when it is optional and does not exist. */
    Optional<Map<String, String>> configMap(String name, boolean optional)
            throws ContainerConfigException {
        if (!configMaps.containsKey(name)) {
            Optional<ConfigMap> found = lookUpConfigMap(name);
            if (found.isEmpty()) {
                return missing("configmap", name, optional);
            }
            Map<String, String> data = new TreeMap<>();
            if (found.get().getData() != null) {
                found.get().getData().forEach((k, v) -> data.put(k, Environment.latin1(v)));
            }
            configMaps.put(name, data);
        }
        return Optional.ofNullable(configMaps.get(name));
    }

    /** The data of a secret, empty when it is optional and does not exist. */
    Optional<Map<String, String>> secret(String name, boolean optional)
            throws ContainerConfigException {
        if (!secrets.containsKey(name)) {
            Optional<Secret> found = lookUpSecret(name);
            if (found.isEmpty()) {
                return missing("secret", name, optional);
            }
            secrets.put(name, decoded(found.get()));
        }
        return Optional.ofNullable(secrets.get(name));
    }

    /** One key of a config map. */
    Optional<String> configMapKey(String name, String key, boolean optional)
            throws ContainerConfigException {
        return key("ConfigMap", name, key, optional, configMap(name, optional));
    }

    /** One key of a secret. */
    Optional<String> secretKey(String name, String key, boolean optional)
            throws ContainerConfigException {
        return key("Secret", name, key, optional, secret(name, optional));
    }

    private Optional<String> key(
            String kind,
            String name,
            String key,
            boolean optional,
            Optional<Map<String, String>> data)
            throws ContainerConfigException {
        Optional<String> value = data.map(d -> d.get(key));
        if (value.isEmpty() && !optional) {
            throw new ContainerConfigException(
                    "couldn't find key " + key + " in " + kind + " " + namespace + "/" + name);
        }
        return value;
    }

    private Optional<ConfigMap> lookUpConfigMap(String name) throws ContainerConfigException {
        try {
            return objects.configMap(namespace, name);
        } catch (ObjectUnavailableException e) {
            throw new ContainerConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<Secret> lookUpSecret(String name) throws ContainerConfigException {
        try {
            return objects.secret(namespace, name);
        } catch (ObjectUnavailableException e) {
            throw new ContainerConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, String> decoded(Secret secret) throws ContainerConfigException {
        Map<String, String> data = new TreeMap<>();
        if (secret.getData() != null) {
            for (Map.Entry<String, String> entry : secret.getData().entrySet()) {
                try {
                    byte[] value = Base64.getDecoder().decode(entry.getValue());
                    data.put(entry.getKey(), Environment.latin1(value));
                } catch (IllegalArgumentException e) {
                    throw new ContainerConfigException(
                            "key "
                                    + entry.getKey()
                                    + " in Secret "
                                    + namespace
                                    + "/"
                                    + secret.getMetadata().getName()
                                    + " is not base64",
                            e);
                }
            }
        }
        return data;
    }

    private static Optional<Map<String, String>> missing(String kind, String name, boolean optional)
            throws ContainerConfigException {
        if (optional) {
            return Optional.empty();
        }
        throw new ContainerConfigException(kind + " \"" + name + "\" not found");
    }
}
