package dev.caravel.kubelet.objects;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Config maps and secrets in memory. */
public final class FakeObjects implements PodObjects {
    private final Map<String, ConfigMap> configMaps = new ConcurrentHashMap<>();
    private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    public volatile boolean away;
    public volatile boolean announces = true;

    public void putConfigMap(String namespace, String name, Map<String, String> data) {
        configMaps.put(namespace + "/" + name, new ConfigMapBuilder().withData(data).build());
    }

    public void putSecret(String namespace, String name, Map<String, String> texts) {
        Map<String, String> data = new HashMap<>();
        texts.forEach((key, text) ->
                data.put(
                        key,
                        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        secrets.put(namespace + "/" + name, new SecretBuilder().withData(data).build());
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name)
            throws ObjectUnavailableException {
        failIfAway();
        return Optional.ofNullable(configMaps.get(namespace + "/" + name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name)
            throws ObjectUnavailableException {
        failIfAway();
        return Optional.ofNullable(secrets.get(namespace + "/" + name));
    }

    private void failIfAway() throws ObjectUnavailableException {
        if (away) {
            throw new ObjectUnavailableException("the API server is away");
        }
    }

    @Override
    public void register(Pod pod) {}

    @Override
    public void unregister(String podUid) {}

    @Override
    public boolean announcesChanges() {
        return announces;
    }
}
