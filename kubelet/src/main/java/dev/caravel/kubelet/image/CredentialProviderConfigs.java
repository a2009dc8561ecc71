package dev.caravel.kubelet.image;

import dev.caravel.config.GoDuration;
import dev.caravel.kubelet.image.CredentialProviderConfig.PluginConfig;
import dev.caravel.kubelet.image.CredentialProviderConfig.TokenAttributes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code --image-credential-provider-config}: a file, or a directory whose {@code .json},
 * {@code .yaml} and {@code .yml} files are taken together in the order of their names. All that is
 * wrong is reported at once; the kubelet does not start with it.
 */
public final class CredentialProviderConfigs {
    private static final String GROUP = "kubelet.config.k8s.io/";
    private static final Set<String> CONFIG_VERSIONS =
            Set.of(GROUP + "v1", GROUP + "v1beta1", GROUP + "v1alpha1");
    private static final String PLUGIN_V1 = "credentialprovider.kubelet.k8s.io/v1";
    private static final Set<String> PLUGIN_VERSIONS =
            Set.of(PLUGIN_V1, PLUGIN_V1 + "beta1", PLUGIN_V1 + "alpha1");

    private final List<String> problems = new ArrayList<>();
    private final List<PluginConfig> providers = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private CredentialProviderConfigs() {}

    /**
     * Reads the configuration at {@code path}.
     *
     * @throws IOException when it cannot be read, or says something impossible; the message lists
     *     every problem
     */
    public static CredentialProviderConfig read(Path path) throws IOException {
        CredentialProviderConfigs reading = new CredentialProviderConfigs();
        for (Path file : files(path)) {
            reading.add(file);
        }
        if (reading.providers.isEmpty() && reading.problems.isEmpty()) {
            reading.problems.add("providers: at least 1 item in plugins is required");
        }
        if (!reading.problems.isEmpty()) {
            throw new IOException(
                    "Credential provider configuration "
                            + path
                            + " cannot be used: "
                            + String.join("; ", reading.problems));
        }
        return new CredentialProviderConfig(reading.providers);
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> files =
                    entries.filter(CredentialProviderConfigs::isConfig).sorted().toList();
            if (files.isEmpty()) {
                throw new IOException("no configuration files found in directory " + path);
            }
            return files;
        }
    }

    private static boolean isConfig(Path file) {
        String name = file.toString();
        return !Files.isDirectory(file)
                && (name.endsWith(".json") || name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    private void add(Path file) throws IOException {
        Map<?, ?> root = object(parse(file), file.toString());
        if (!"CredentialProviderConfig".equals(root.get("kind"))
                || !CONFIG_VERSIONS.contains(text(root, "apiVersion"))) {
            problems.add(
                    file
                            + ": expected kind CredentialProviderConfig of "
                            + GROUP
                            + "v1, v1beta1 or v1alpha1, but found "
                            + root.get("kind")
                            + " of "
                            + root.get("apiVersion"));
            return;
        }
        for (Object item : list(root.get("providers"), "providers")) {
            addProvider(object(item, "providers"));
        }
    }

    private static Object parse(Path file) throws IOException {
        try {
            return Serialization.unmarshal(Files.readString(file), Object.class);
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new IOException("error decoding config " + file + ": " + e.getMessage(), e);
        }
    }

    private void addProvider(Map<?, ?> raw) {
        String name = text(raw, "name");
        checkName(name);
        String apiVersion = text(raw, "apiVersion");
        if (!PLUGIN_VERSIONS.contains(apiVersion)) {
            problems.add(
                    "providers.apiVersion: '"
                            + apiVersion
                            + "' of "
                            + name
                            + " is not supported; use "
                            + PLUGIN_V1);
        }
        List<String> matchImages = texts(raw.get("matchImages"), "providers.matchImages");
        if (matchImages.isEmpty()) {
            problems.add("providers.matchImages: at least 1 item is required for " + name);
        }
        Map<String, String> env = new LinkedHashMap<>();
        for (Object item : list(raw.get("env"), "providers.env")) {
            Map<?, ?> variable = object(item, "providers.env");
            env.put(text(variable, "name"), text(variable, "value"));
        }
        Optional<TokenAttributes> token =
                Optional.ofNullable(raw.get("tokenAttributes"))
                        .map(t -> tokenAttributes(object(t, "tokenAttributes"), name, apiVersion));
        providers.add(
                new PluginConfig(
                        name,
                        matchImages,
                        cacheDuration(raw, name),
                        apiVersion,
                        texts(raw.get("args"), "providers.args"),
                        env,
                        token));
    }

    private void checkName(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf(' ') >= 0) {
            problems.add("providers.name: '" + name + "' must name a file, without '/' and spaces");
        }
        if (!names.add(name)) {
            problems.add("duplicate provider name '" + name + "' found in configuration file(s)");
        }
    }

    private Duration cacheDuration(Map<?, ?> raw, String name) {
        Optional<Duration> duration = GoDuration.parse(text(raw, "defaultCacheDuration"));
        if (duration.isEmpty() || duration.get().isNegative()) {
            problems.add(
                    "providers.defaultCacheDuration: required for "
                            + name
                            + " as a duration of 0 or more, e.g. 12h");
            return Duration.ZERO;
        }
        return duration.get();
    }

    private TokenAttributes tokenAttributes(Map<?, ?> raw, String name, String apiVersion) {
        String where = "providers.tokenAttributes of " + name;
        if (!apiVersion.equals(PLUGIN_V1)) {
            problems.add(where + ": only supported for " + PLUGIN_V1 + " API version");
        }
        String audience = text(raw, "serviceAccountTokenAudience");
        if (audience.isEmpty()) {
            problems.add(where + ": serviceAccountTokenAudience is required");
        }
        boolean require = Boolean.TRUE.equals(raw.get("requireServiceAccount"));
        if (!(raw.get("requireServiceAccount") instanceof Boolean)) {
            problems.add(where + ": requireServiceAccount is required");
        }
        String cacheType = text(raw, "cacheType");
        if (!cacheType.equals("Token") && !cacheType.equals("ServiceAccount")) {
            problems.add(where + ": cacheType must be ServiceAccount or Token");
        }
        List<String> required = texts(raw.get("requiredServiceAccountAnnotationKeys"), where);
        List<String> optional = texts(raw.get("optionalServiceAccountAnnotationKeys"), where);
        if (!require && !required.isEmpty()) {
            problems.add(
                    where
                            + ": requireServiceAccount cannot be false when"
                            + " requiredServiceAccountAnnotationKeys is set");
        }
        Set<String> all = new HashSet<>(required);
        all.addAll(optional);
        if (all.size() < required.size() + optional.size()) {
            problems.add(where + ": annotation keys must be named once only");
        }
        return new TokenAttributes(
                audience, require, required, optional, cacheType.equals("Token"));
    }

    private List<String> texts(@Nullable Object value, String where) {
        List<String> texts = new ArrayList<>();
        for (Object item : list(value, where)) {
            if (item instanceof String text) {
                texts.add(text);
            } else {
                problems.add(where + ": '" + item + "' is no text");
            }
        }
        return texts;
    }

    private List<?> list(@Nullable Object value, String where) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        problems.add(where + " must be a list");
        return List.of();
    }

    private Map<?, ?> object(Object value, String where) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        problems.add(where + " must be an object");
        return Map.of();
    }

    private static String text(Map<?, ?> raw, String key) {
        return raw.get(key) instanceof String text ? text : "";
    }
}
