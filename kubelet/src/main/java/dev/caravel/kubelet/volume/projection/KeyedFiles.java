package dev.caravel.kubelet.volume.projection;

import dev.caravel.kubelet.volume.VolumeException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files from the keys of config maps and secrets. Pure. */
public final class KeyedFiles {
    private KeyedFiles() {}

    /**
     * What of an object becomes files.
     *
     * @param items chosen keys with their paths; none means all keys under their own names
     * @param defaultMode permission bits where an item names none
     * @param optional whether missing objects and keys are left out instead of refused
     */
    public record Selection(List<KeyToPath> items, int defaultMode, boolean optional) {
        public Selection {
            items = List.copyOf(items);
        }

        /** From the nullable fields of the API. */
        public static Selection of(
                @Nullable List<KeyToPath> items, int defaultMode, @Nullable Boolean optional) {
            return new Selection(
                    items == null ? List.of() : items, defaultMode, Boolean.TRUE.equals(optional));
        }
    }

    /**
     * Files of a config map.
     *
     * @throws VolumeException when it or a chosen key is missing and not optional
     */
    public static Map<String, ProjectedFile> of(
            Optional<ConfigMap> configMap, String name, Selection selection)
            throws VolumeException {
        if (configMap.isEmpty() && !selection.optional()) {
            throw new VolumeException("configmap \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new HashMap<>();
        if (configMap.isPresent()) {
            ConfigMap map = configMap.get();
            if (map.getData() != null) {
                map.getData()
                        .forEach((key, text) ->
                                data.put(key, text.getBytes(StandardCharsets.UTF_8)));
            }
            if (map.getBinaryData() != null) {
                decode(map.getBinaryData(), "configmap \"" + name + "\"", data);
            }
        }
        return files(data, selection, "configmap references non-existent config key: ");
    }

    /**
     * Files of a secret.
     *
     * @throws VolumeException when it or a chosen key is missing and not optional
     */
    public static Map<String, ProjectedFile> ofSecret(
            Optional<Secret> secret, String name, Selection selection) throws VolumeException {
        if (secret.isEmpty() && !selection.optional()) {
            throw new VolumeException("secret \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new HashMap<>();
        if (secret.isPresent() && secret.get().getData() != null) {
            decode(secret.get().getData(), "secret \"" + name + "\"", data);
        }
        return files(data, selection, "references non-existent secret key: ");
    }

    private static void decode(Map<String, String> base64, String what, Map<String, byte[]> into)
            throws VolumeException {
        for (Map.Entry<String, String> entry : base64.entrySet()) {
            try {
                into.put(entry.getKey(), Base64.getDecoder().decode(entry.getValue()));
            } catch (IllegalArgumentException e) {
                throw new VolumeException(
                        what + " key \"" + entry.getKey() + "\" is not valid base64", e);
            }
        }
    }

    private static Map<String, ProjectedFile> files(
            Map<String, byte[]> data, Selection selection, String missing) throws VolumeException {
        Map<String, ProjectedFile> files = new HashMap<>();
        if (selection.items().isEmpty()) {
            data.forEach((key, bytes) ->
                    files.put(key, ProjectedFile.of(bytes, selection.defaultMode())));
            return files;
        }
        for (KeyToPath item : selection.items()) {
            byte[] bytes = data.get(item.getKey());
            if (bytes != null) {
                int mode = item.getMode() == null ? selection.defaultMode() : item.getMode();
                files.put(item.getPath(), ProjectedFile.of(bytes, mode));
            } else if (!selection.optional()) {
                throw new VolumeException(missing + item.getKey());
            }
        }
        return files;
    }
}
