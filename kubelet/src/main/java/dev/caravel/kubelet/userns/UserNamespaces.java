package dev.caravel.kubelet.userns;

import dev.caravel.cri.IdMapping;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.UserNamespace;
import dev.caravel.linux.fs.AtomicFiles;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives each pod with a user namespace of its own a block of host ids and keeps it in {@code
 * pods/UID/userns}, the Go kubelet's file. No two pods of the node ever have the same block.
 */
public final class UserNamespaces {

    private static final Logger log = LoggerFactory.getLogger(UserNamespaces.class);

    private static final String FILE = "userns";
    private static final long LARGEST = 64 * 1024;

    private final Path pods;
    private final IdRange range;
    private final Map<String, Long> byPod = new HashMap<>();
    private final Set<Long> used = new HashSet<>();
    private final Map<String, String> broken = new HashMap<>();

    private UserNamespaces(Path pods, IdRange range) {
        this.pods = pods;
        this.range = range;
    }

    /**
     * Takes over what pods have from before. A pod whose file is broken keeps no block; it fails
     * when it is to start again, and harms no other.
     *
     * @param pods {@code <root>/pods}
     * @throws IOException when the folder cannot be listed
     */
    public static UserNamespaces open(Path pods, IdRange range) throws IOException {
        UserNamespaces all = new UserNamespaces(pods, range);
        if (Files.isDirectory(pods)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(pods)) {
                for (Path folder : folders) {
                    all.restore(folder);
                }
            }
        }
        return all;
    }

    private void restore(Path folder) {
        String uid = folder.getFileName().toString();
        try {
            Optional<Long> first = read(folder.resolve(FILE));
            if (first.isPresent()) {
                take(uid, first.get());
            }
        } catch (IOException e) {
            log.error("User namespace of pod {}: {}", uid, e.getMessage());
            broken.put(uid, String.valueOf(e.getMessage()));
        }
    }

    private void take(String uid, long first) throws IOException {
        if (!range.isBlock(first)) {
            throw new IOException("id " + first + " begins no block of " + range);
        }
        if (!used.add(first)) {
            throw new IOException("ids from " + first + " belong to another pod");
        }
        byPod.put(uid, first);
    }

    /**
     * The id ranges of a pod; empty for one that shares the node's users. Allocates at the first
     * call.
     *
     * @throws IOException when there is no block left, or none can be written down
     */
    public synchronized Optional<UserNamespace> of(Pod pod) throws IOException {
        if (!Boolean.FALSE.equals(pod.getSpec().getHostUsers())) {
            return Optional.empty();
        }
        String uid = pod.getMetadata().getUid();
        String wrong = broken.get(uid);
        if (wrong != null) {
            throw new IOException("the pod's user namespace mapping cannot be used: " + wrong);
        }
        Long known = byPod.get(uid);
        return Optional.of(mapping(known == null ? allocate(uid) : known));
    }

    private long allocate(String uid) throws IOException {
        for (long i = 0; i < range.blocks(); i++) {
            long first = range.start(i);
            if (!used.contains(first)) {
                write(pods.resolve(uid), first);
                used.add(first);
                byPod.put(uid, first);
                return first;
            }
        }
        throw new IOException("could not find an empty slot to allocate a user namespace");
    }

    private UserNamespace mapping(long first) {
        List<IdMapping> ids = List.of(new IdMapping(first, 0, range.block()));
        return new UserNamespace(NamespaceMode.POD, ids, ids);
    }

    private void write(Path folder, long first) throws IOException {
        // The sandbox may be made before the pod's other folders are.
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        List<Map<String, Long>> mapping =
                List.of(Map.of("hostId", first, "containerId", 0L, "length", range.block()));
        AtomicFiles.write(
                folder.resolve(FILE),
                JsonMapper.shared()
                        .writeValueAsBytes(Map.of("uidMappings", mapping, "gidMappings", mapping)),
                AtomicFiles.OWNER_ONLY);
    }

    private Optional<Long> read(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " is too large");
            }
            JsonNode root = JsonMapper.shared().readTree(Files.readAllBytes(file));
            long users = block(file, root.path("uidMappings"));
            if (users != block(file, root.path("gidMappings"))) {
                throw new IOException(file + " maps users and groups differently");
            }
            return Optional.of(users);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new IOException(file + " is no mapping: " + e.getMessage(), e);
        }
    }

    private long block(Path file, JsonNode mappings) throws IOException {
        JsonNode only = mappings.path(0);
        if (mappings.size() != 1
                || only.path("containerId").asLong(-1) != 0
                || only.path("length").asLong(0) != range.block()) {
            throw new IOException(
                    file
                            + " should map one block of "
                            + range.block()
                            + " ids, but is "
                            + mappings);
        }
        return only.path("hostId").asLong(-1);
    }

    /** Nothing of the pod is left. */
    public synchronized void release(String podUid) {
        broken.remove(podUid);
        Long first = byPod.remove(podUid);
        if (first != null) {
            try {
                Files.deleteIfExists(pods.resolve(podUid).resolve(FILE));
            } catch (IOException e) {
                log.warn("Removing the user namespace mapping of pod {}: {}", podUid, e.toString());
            }
            used.remove(first);
        }
    }
}
