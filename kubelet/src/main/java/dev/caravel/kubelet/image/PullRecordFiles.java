package dev.caravel.kubelet.image;

import dev.caravel.kubelet.image.PullRecord.Access;
import dev.caravel.kubelet.image.PullRecord.Account;
import dev.caravel.kubelet.image.PullRecord.Secret;
import dev.caravel.linux.fs.AtomicFiles;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of pulls below {@code <root>/image_manager}, in upstream's format (contract 10.1):
 * {@code pulling} holds a file for each pull under way, {@code pulled} one for each image pulled.
 */
final class PullRecordFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PullRecordFiles.class);
    private static final String API_VERSION = "kubelet.config.k8s.io/v1beta1";
    private static final String GROUP = "kubelet.config.k8s.io/";

    private final Path pulling;
    private final Path pulled;

    /**
     * @throws IOException when the directories cannot be made
     */
    PullRecordFiles(Path root) throws IOException {
        Path base = root.resolve("image_manager");
        this.pulling = base.resolve("pulling");
        this.pulled = base.resolve("pulled");
        var ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(base);
        for (Path directory : List.of(pulling, pulled)) {
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(directory, ownerOnly);
            }
        }
    }

    void writeIntent(String image) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "ImagePullIntent");
        json.put("apiVersion", API_VERSION);
        json.put("image", image);
        write(pulling.resolve(fileName(image)), json);
    }

    void deleteIntent(String image) throws IOException {
        Files.deleteIfExists(pulling.resolve(fileName(image)));
    }

    boolean intentExists(String image) throws IOException {
        Path file = pulling.resolve(fileName(image));
        return Files.exists(file) && image.equals(read(file, "ImagePullIntent").get("image"));
    }

    /**
     * The images whose pull was under way when the kubelet stopped; unreadable ones are skipped.
     */
    List<String> intents() throws IOException {
        List<String> images = new ArrayList<>();
        for (Path file : files(pulling)) {
            try {
                images.add(text(read(file, "ImagePullIntent"), "image"));
            } catch (IOException e) {
                LOG.warn("Skipping the image pull intent {}: {}", file, e.getMessage());
            }
        }
        return images;
    }

    void writeRecord(PullRecord entry) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "ImagePulledRecord");
        json.put("apiVersion", API_VERSION);
        json.put("lastUpdatedTime", entry.lastUpdated().truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("imageRef", entry.imageId());
        if (!entry.access().isEmpty()) {
            Map<String, Object> mapping = new TreeMap<>();
            entry.access().forEach((name, access) -> mapping.put(name, json(access)));
            json.put("credentialMapping", mapping);
        }
        write(pulled.resolve(fileName(entry.imageId())), json);
    }

    /** The record of an image, empty when there is none. */
    Optional<PullRecord> findRecord(String imageId) throws IOException {
        Path file = pulled.resolve(fileName(imageId));
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(pullRecord(file)).filter(r -> r.imageId().equals(imageId));
    }

    /** All records; unreadable ones are skipped. */
    List<PullRecord> records() throws IOException {
        List<PullRecord> records = new ArrayList<>();
        for (Path file : files(pulled)) {
            try {
                records.add(pullRecord(file));
            } catch (IOException e) {
                LOG.warn("Skipping the image pulled record {}: {}", file, e.getMessage());
            }
        }
        return records;
    }

    void deleteRecord(String imageId) throws IOException {
        Files.deleteIfExists(pulled.resolve(fileName(imageId)));
    }

    private static void write(Path file, Map<String, Object> json) throws IOException {
        byte[] content = Serialization.asJson(json).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(file, content, AtomicFiles.OWNER_ONLY);
    }

    private static Map<String, Object> json(Access access) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!access.secrets().isEmpty()) {
            List<Map<String, Object>> secrets = new ArrayList<>();
            for (Secret secret : access.secrets()) {
                Map<String, Object> item = who(secret.uid(), secret.namespace(), secret.name());
                item.put("credentialHash", secret.hash());
                secrets.add(item);
            }
            json.put("kubernetesSecrets", secrets);
        }
        if (!access.accounts().isEmpty()) {
            json.put(
                    "kubernetesServiceAccounts",
                    access.accounts().stream()
                            .map(a -> who(a.uid(), a.namespace(), a.name()))
                            .toList());
        }
        if (access.allPods()) {
            json.put("nodePodsAccessible", true);
        }
        return json;
    }

    private static Map<String, Object> who(String uid, String namespace, String name) {
        Map<String, Object> who = new LinkedHashMap<>();
        who.put("uid", uid);
        who.put("namespace", namespace);
        who.put("name", name);
        return who;
    }

    private static PullRecord pullRecord(Path file) throws IOException {
        Map<?, ?> json = read(file, "ImagePulledRecord");
        Map<String, Access> access = new TreeMap<>();
        if (json.get("credentialMapping") instanceof Map<?, ?> mapping) {
            mapping.forEach((name, value) -> {
                if (value instanceof Map<?, ?> item) {
                    access.put(String.valueOf(name), access(item));
                }
            });
        }
        try {
            return new PullRecord(
                    text(json, "imageRef"), Instant.parse(text(json, "lastUpdatedTime")), access);
        } catch (DateTimeException e) {
            throw new IOException(file + " has no lastUpdatedTime", e);
        }
    }

    private static Access access(Map<?, ?> json) {
        List<Secret> secrets = new ArrayList<>();
        for (Map<?, ?> item : objects(json.get("kubernetesSecrets"))) {
            secrets.add(
                    new Secret(
                            text(item, "uid"),
                            text(item, "namespace"),
                            text(item, "name"),
                            text(item, "credentialHash")));
        }
        List<Account> accounts = new ArrayList<>();
        for (Map<?, ?> item : objects(json.get("kubernetesServiceAccounts"))) {
            accounts.add(
                    new Account(text(item, "uid"), text(item, "namespace"), text(item, "name")));
        }
        return new Access(Boolean.TRUE.equals(json.get("nodePodsAccessible")), secrets, accounts);
    }

    private static List<Map<?, ?>> objects(@Nullable Object value) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> object) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }

    private static Map<?, ?> read(Path file, String kind) throws IOException {
        try {
            Object json = Serialization.unmarshal(Files.readString(file), Object.class);
            if (json instanceof Map<?, ?> map
                    && kind.equals(map.get("kind"))
                    && text(map, "apiVersion").startsWith(GROUP)) {
                return map;
            }
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new IOException(file + " is no JSON: " + e.getMessage(), e);
        }
        throw new IOException(file + " is no " + kind + " of " + GROUP);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith("sha256-")).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static String fileName(String name) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String text(Map<?, ?> json, String key) {
        return json.get(key) instanceof String text ? text : "";
    }
}
