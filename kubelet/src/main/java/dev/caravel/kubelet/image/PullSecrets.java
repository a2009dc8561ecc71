package dev.caravel.kubelet.image;

import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials in a pod's image pull secrets.
 *
 * @param keyring what was found
 * @param missing names of the secrets that could not be had
 */
record PullSecrets(Keyring keyring, List<String> missing) {
    private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);

    PullSecrets {
        missing = List.copyOf(missing);
    }

    /**
     * Reads the secrets of a pod; one that cannot be had is left out.
     *
     * @throws DockerConfig.MalformedException when one is there but not what its type says
     */
    static PullSecrets of(Pod pod, ConfigObjects objects) throws DockerConfig.MalformedException {
        Keyring keyring = new Keyring();
        List<String> missing = new ArrayList<>();
        String namespace = pod.getMetadata().getNamespace();
        for (LocalObjectReference reference : pod.getSpec().getImagePullSecrets()) {
            String name = reference.getName();
            if (name == null || name.isEmpty()) {
                continue;
            }
            Optional<Secret> secret = secret(objects, namespace, name);
            if (secret.isEmpty()) {
                missing.add(name);
            } else {
                add(keyring, secret.get());
            }
        }
        return new PullSecrets(keyring, missing);
    }

    private static Optional<Secret> secret(ConfigObjects objects, String namespace, String name) {
        try {
            return objects.secret(namespace, name);
        } catch (ObjectUnavailableException e) {
            LOG.atInfo()
                    .setMessage("Unable to retrieve pull secret, the image pull may not succeed")
                    .addKeyValue("secret", namespace + "/" + name)
                    .addKeyValue("err", e.getMessage())
                    .log();
            return Optional.empty();
        }
    }

    private static void add(Keyring keyring, Secret secret) throws DockerConfig.MalformedException {
        CredentialSource source =
                new CredentialSource.PullSecret(
                        secret.getMetadata().getUid(),
                        secret.getMetadata().getNamespace(),
                        secret.getMetadata().getName());
        String type = secret.getType() == null ? "" : secret.getType();
        if (type.equals("kubernetes.io/dockerconfigjson")) {
            String text = data(secret, ".dockerconfigjson");
            if (!text.isEmpty()) {
                keyring.add(DockerConfig.parseJson(text), source);
            }
        } else if (type.equals("kubernetes.io/dockercfg")) {
            String text = data(secret, ".dockercfg");
            if (!text.isEmpty()) {
                keyring.add(DockerConfig.parseLegacy(text), source);
            }
        }
    }

    private static String data(Secret secret, String key) throws DockerConfig.MalformedException {
        Map<String, String> data = secret.getData();
        String encoded = data == null ? null : data.get(key);
        if (encoded == null) {
            return "";
        }
        try {
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new DockerConfig.MalformedException(
                    "secret " + secret.getMetadata().getName() + ": " + key + " is not base64");
        }
    }
}
