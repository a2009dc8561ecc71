package dev.caravel.kubelet.objects;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Config maps and secrets from manifest files in a folder, for a kubelet without API server. A file
 * holds one or more YAML documents, or JSON; other kinds, dot-files and folders are passed over.
 * The folder is read at each call: it is small, and so an edit counts at once.
 */
public final class LocalConfigObjects implements PodObjects {
    private static final Logger log = LoggerFactory.getLogger(LocalConfigObjects.class);

    /** A config map or secret has at most 1 MiB; in YAML and base64 a bit more. */
    private static final int LARGEST_FILE = 4 << 20;

    private static final int MOST_FILES = 1000;

    private final Path folder;
    private final KubernetesSerialization serialization;

    public LocalConfigObjects(Path folder, KubernetesSerialization serialization) {
        this.folder = folder;
        this.serialization = serialization;
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name)
            throws ObjectUnavailableException {
        return find(ConfigMap.class, "ConfigMap", namespace, name);
    }

    @Override
    public Optional<Secret> secret(String namespace, String name)
            throws ObjectUnavailableException {
        return find(Secret.class, "Secret", namespace, name).map(LocalConfigObjects::encoded);
    }

    /** Nothing to do: files are read when needed. */
    @Override
    public void register(Pod pod) {}

    /** Nothing to do: nothing is kept. */
    @Override
    public void unregister(String podUid) {}

    @Override
    public boolean announcesChanges() {
        return false;
    }

    private <T extends HasMetadata> Optional<T> find(
            Class<T> type, String kind, String namespace, String name)
            throws ObjectUnavailableException {
        for (Path file : files(kind, namespace + "/" + name)) {
            for (Map<?, ?> document : documents(file)) {
                if (kind.equals(document.get("kind"))
                        && document.get("metadata") instanceof Map<?, ?> metadata
                        && name.equals(metadata.get("name"))
                        && namespace.equals(namespaceOf(metadata))) {
                    return Optional.of(convert(document, type, file));
                }
            }
        }
        return Optional.empty();
    }

    private List<Path> files(String kind, String name) throws ObjectUnavailableException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().startsWith(".")
                        && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
                        && files.size() < MOST_FILES) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new ObjectUnavailableException(
                    "failed to look up " + kind + " \"" + name + "\" in " + folder + ": " + e, e);
        }
        files.sort(null);
        return files;
    }

    /** A file that cannot be read is logged and passed over: it must not hide the others. */
    private List<Map<?, ?>> documents(Path file) {
        List<Map<?, ?>> documents = new ArrayList<>();
        try {
            for (String text : split(bounded(file))) {
                Map<?, ?> document = serialization.unmarshal(text, Map.class);
                if (document != null) {
                    documents.add(document);
                }
            }
        } catch (IOException | RuntimeException e) {
            log.warn("Reading manifest {}: {}; it is passed over", file, e.getMessage());
        }
        return documents;
    }

    private static String bounded(Path file) throws IOException {
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(LinkOption.NOFOLLOW_LINKS))) {
            byte[] bytes = Channels.newInputStream(channel).readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new IOException("larger than " + LARGEST_FILE + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** The documents of a YAML stream: parted by lines that are {@code ---}. */
    private static List<String> split(String text) {
        List<String> documents = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (line.stripTrailing().equals("---")) {
                documents.add(current.toString());
                current.setLength(0);
            } else {
                current.append(line).append('\n');
            }
        }
        documents.add(current.toString());
        return documents.stream().filter(document -> !document.isBlank()).toList();
    }

    private <T> T convert(Map<?, ?> document, Class<T> type, Path file)
            throws ObjectUnavailableException {
        try {
            return serialization.convertValue(document, type);
        } catch (RuntimeException e) {
            throw new ObjectUnavailableException(
                    "manifest "
                            + file
                            + " is no valid "
                            + type.getSimpleName()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Object namespaceOf(Map<?, ?> metadata) {
        Object namespace = metadata.get("namespace");
        return namespace == null ? "default" : namespace;
    }

    /** What the API server does with {@code stringData}. */
    private static Secret encoded(Secret secret) {
        if (secret.getStringData() != null && !secret.getStringData().isEmpty()) {
            Map<String, String> data = new HashMap<>();
            if (secret.getData() != null) {
                data.putAll(secret.getData());
            }
            secret.getStringData()
                    .forEach((key, text) ->
                            data.put(
                                    key,
                                    Base64.getEncoder()
                                            .encodeToString(
                                                    text.getBytes(StandardCharsets.UTF_8))));
            secret.setData(data);
        }
        return secret;
    }
}
