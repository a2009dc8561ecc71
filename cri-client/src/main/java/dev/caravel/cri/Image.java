package dev.caravel.cri;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image in the runtime's store.
 *
 * @param uid numeric user the image runs as; absent when it names one or none
 * @param username user name the image runs as, when not numeric; else empty
 * @param pinned the runtime needs it: never to be collected
 */
public record Image(
        String id,
        List<String> repoTags,
        List<String> repoDigests,
        long sizeBytes,
        OptionalLong uid,
        String username,
        Optional<ImageSpec> spec,
        boolean pinned) {
    public Image {
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
    }
}
