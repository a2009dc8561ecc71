package dev.caravel.kubelet.image;

import org.jspecify.annotations.Nullable;

/** When to pull an image. */
public enum ImagePullPolicy {
    ALWAYS,
    IF_NOT_PRESENT,
    NEVER;

    /** The policy of the spec, else the API's default: always for the latest of something. */
    static ImagePullPolicy of(@Nullable String text, String image) {
        return switch (text) {
            case "Always" -> ALWAYS;
            case "IfNotPresent" -> IF_NOT_PRESENT;
            case "Never" -> NEVER;
            case null, default -> isLatest(image) ? ALWAYS : IF_NOT_PRESENT;
        };
    }

    private static boolean isLatest(String image) {
        try {
            ImageReference reference = ImageReference.parse(image);
            return reference.withDefaultTag().endsWith(":latest") && reference.digest().isEmpty();
        } catch (InvalidImageNameException e) {
            return false;
        }
    }
}
