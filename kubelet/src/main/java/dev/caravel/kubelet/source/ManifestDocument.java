package dev.caravel.kubelet.source;

import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * A manifest as a tree, with the place of each of its fields.
 *
 * @param name what it is called in messages: a file or a URL
 * @param root its top level; the reader's own from now on
 * @param places by field path such as {@code spec.containers[0].image}
 */
record ManifestDocument(String name, ObjectNode root, Map<String, String> places) {

    /** Where {@code path} was written; where the next field above it was, if it was not. */
    String place(String path) {
        String at = path;
        while (true) {
            String place = places.get(at);
            if (place != null) {
                return place;
            }
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            if (cut < 0) {
                return name;
            }
            at = at.substring(0, cut);
        }
    }
}
