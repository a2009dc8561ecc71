package dev.caravel.cri.fake;

import dev.caravel.cri.Image;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Listing;
import dev.caravel.cri.RegistryCredentials;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The store of a {@link FakeRuntime} and the registry it pulls from. Guarded by the lock of the
 * runtime.
 */
final class FakeImages {
    private final Map<String, Image> store = new LinkedHashMap<>();
    private final Map<String, Served> registry = new LinkedHashMap<>();

    private record Served(Image image, Optional<RegistryCredentials> required) {}

    /** An image made up from its reference alone: same reference, same id. */
    static Image named(String reference) {
        String digest = digest(reference);
        int tag = reference.indexOf(':', reference.lastIndexOf('/') + 1);
        String repository = tag < 0 ? reference : reference.substring(0, tag);
        return new Image(
                "sha256:" + digest,
                List.of(reference),
                List.of(repository + "@sha256:" + digest(repository + digest)),
                10_000_000,
                OptionalLong.empty(),
                "",
                Optional.empty(),
                false);
    }

    private static String digest(String text) {
        var half = new StringBuilder();
        for (String part : List.of("a", "b")) {
            half.append(
                    UUID.nameUUIDFromBytes((part + text).getBytes(StandardCharsets.UTF_8))
                            .toString()
                            .replace("-", ""));
        }
        return half.toString();
    }

    void put(Image image) {
        store.put(image.id(), image);
    }

    void serve(String reference, Image image, Optional<RegistryCredentials> required) {
        registry.put(reference, new Served(image, required));
    }

    Listing<Image> list() {
        return Listing.of(new ArrayList<>(store.values()));
    }

    /** The image of this id, tag or digest reference. */
    Optional<Image> find(String reference) {
        return store.values().stream()
                .filter(image ->
                        image.id().equals(reference)
                                || image.repoTags().contains(reference)
                                || image.repoDigests().contains(reference))
                .findFirst();
    }

    String pull(ImageSpec image, Optional<RegistryCredentials> credentials) {
        var served = registry.get(image.image());
        if (served == null) {
            throw failure(
                    image,
                    Code.NOT_FOUND,
                    "failed to resolve image: " + image.image() + ": not found");
        }
        if (served.required().isPresent() && !served.required().equals(credentials)) {
            throw failure(
                    image,
                    Code.UNKNOWN,
                    "failed to resolve image: pull access denied, repository does not exist or may"
                            + " require authorization: authorization failed");
        }
        put(served.image());
        return served.image().id();
    }

    private static RuntimeCallException failure(ImageSpec image, Code code, String detail) {
        return new RuntimeCallException("pull_image", image.image(), code, detail);
    }

    void remove(String reference) {
        find(reference).ifPresent(image -> store.remove(image.id()));
    }
}
