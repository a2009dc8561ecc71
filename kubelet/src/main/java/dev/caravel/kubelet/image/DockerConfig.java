package dev.caravel.kubelet.image;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Registry credentials as docker stores them.
 *
 * @param entries by registry or repository, with or without scheme
 */
record DockerConfig(Map<String, Entry> entries) {
    DockerConfig {
        entries = Map.copyOf(entries);
    }

    /** One user of one registry; printing it shows no password. */
    record Entry(String username, String password, String email) {
        @Override
        public String toString() {
            return "Entry[username=" + username + "]";
        }
    }

    /** A docker configuration cannot be read; the message never holds its content. */
    static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message);
        }
    }

    static DockerConfig empty() {
        return new DockerConfig(Map.of());
    }

    /** Reads a {@code config.json}: the entries stand below {@code auths}. */
    static DockerConfig parseJson(String text) throws MalformedException {
        Object auths = object(text).get("auths");
        return auths == null ? empty() : entries(object(auths));
    }

    /** Reads a {@code .dockercfg}, the older form: entries only. */
    static DockerConfig parseLegacy(String text) throws MalformedException {
        return entries(object(text));
    }

    private static DockerConfig entries(Map<?, ?> raw) throws MalformedException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> item : raw.entrySet()) {
            entries.put(String.valueOf(item.getKey()), entry(object(item.getValue())));
        }
        return new DockerConfig(entries);
    }

    private static Entry entry(Map<?, ?> raw) throws MalformedException {
        String auth = text(raw, "auth");
        if (auth.isEmpty()) {
            return new Entry(text(raw, "username"), text(raw, "password"), text(raw, "email"));
        }
        String decoded = decode(auth.strip());
        int colon = decoded.indexOf(':');
        if (colon < 0) {
            throw new MalformedException(
                    "unable to parse auth field, must be formatted as base64(username:password)");
        }
        return new Entry(
                decoded.substring(0, colon), decoded.substring(colon + 1), text(raw, "email"));
    }

    private static String decode(String auth) throws MalformedException {
        try {
            return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("the auth field is not base64");
        }
    }

    private static Map<?, ?> object(String text) throws MalformedException {
        if (!text.stripLeading().startsWith("{")) {
            // the parser would take it for YAML
            throw new MalformedException("error occurred while trying to unmarshal json");
        }
        try {
            return object(Serialization.unmarshal(text, Object.class));
        } catch (KubernetesClientException | IllegalArgumentException e) {
            // the exception quotes the text, which holds passwords
            throw new MalformedException("error occurred while trying to unmarshal json");
        }
    }

    private static Map<?, ?> object(Object value) throws MalformedException {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new MalformedException("error occurred while trying to unmarshal json");
    }

    private static String text(Map<?, ?> raw, String key) {
        return raw.get(key) instanceof String value ? value : "";
    }
}
