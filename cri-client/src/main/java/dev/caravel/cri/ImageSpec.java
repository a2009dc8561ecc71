package dev.caravel.cri;

import java.util.Map;

/**
 * An image by reference or id.
 *
 * @param image a reference such as {@code docker.io/library/busybox:1.37} or an image id
 * @param userSpecifiedImage the text of the pod spec, when {@code image} is an id
 * @param runtimeHandler handler whose image store is meant; empty for the default
 * @param imageRef digest reference of the image when the runtime reports one
 */
public record ImageSpec(
        String image,
        Map<String, String> annotations,
        String userSpecifiedImage,
        String runtimeHandler,
        String imageRef) {
    public ImageSpec {
        annotations = Map.copyOf(annotations);
    }

    public static ImageSpec of(String image) {
        return new ImageSpec(image, Map.of(), "", "", "");
    }

    /** An image resolved to its id, with the text of the pod spec beside it. */
    public static ImageSpec resolved(String id, String userSpecifiedImage) {
        return new ImageSpec(id, Map.of(), userSpecifiedImage, "", "");
    }
}
