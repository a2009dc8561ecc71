package dev.caravel.kubelet.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Credentials by registry; the most specific ones come first. Filled by one thread, then only read.
 */
final class Keyring {
    private static final String DOCKER_HUB = "index.docker.io";

    private final Map<String, List<Credential>> byPattern =
            new TreeMap<>(Comparator.reverseOrder());

    /** Adds the entries of a docker configuration. */
    Keyring add(DockerConfig config, CredentialSource source) {
        config.entries()
                .forEach((registry, entry) ->
                        byPattern
                                .computeIfAbsent(normalized(registry), r -> new ArrayList<>())
                                .add(Credential.of(entry, source)));
        return this;
    }

    /**
     * The credentials for an image, to be tried in turn.
     *
     * @param repository with its registry, e.g. {@code docker.io/library/busybox}
     */
    List<Credential> lookUp(String repository) {
        List<Credential> found = new ArrayList<>();
        byPattern.forEach((pattern, credentials) -> {
            if (RegistryPattern.matches(pattern, repository)) {
                found.addAll(credentials);
            }
        });
        boolean ofHub =
                repository.startsWith("docker.io/") || repository.startsWith(DOCKER_HUB + "/");
        if (found.isEmpty() && ofHub) {
            return List.copyOf(byPattern.getOrDefault(DOCKER_HUB, List.of()));
        }
        return List.copyOf(found);
    }

    /** Without scheme; the API versions that docker writes stand for the whole registry. */
    private static String normalized(String registry) {
        String bare = registry;
        for (String scheme : List.of("https://", "http://")) {
            if (bare.startsWith(scheme)) {
                bare = bare.substring(scheme.length());
            }
        }
        int slash = bare.indexOf('/');
        if (slash < 0) {
            return bare;
        }
        String host = bare.substring(0, slash);
        String path = bare.substring(slash);
        if (path.startsWith("/v1/") || path.startsWith("/v2/")) {
            path = path.substring(3);
        }
        return path.equals("/") ? host : host + path;
    }
}
