package dev.caravel.kubelet.spec;

import dev.caravel.cri.Image;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The user an image runs as.
 *
 * @param uid when it is a number
 * @param name when it is a name; else empty. Never both
 */
public record ImageUser(OptionalLong uid, String name) {

    /** Images that say nothing run as root; so, for the checks, does one that cannot be found. */
    public static ImageUser of(Optional<Image> image) {
        if (image.isPresent() && image.get().uid().isPresent()) {
            return new ImageUser(image.get().uid(), "");
        }
        if (image.isPresent() && !image.get().username().isEmpty()) {
            return new ImageUser(OptionalLong.empty(), image.get().username());
        }
        return new ImageUser(OptionalLong.of(0), "");
    }
}
