package dev.caravel.kubelet.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A digest of what a tree says rather than how it was written: comments, order of keys and
 * indentation do not count. Any change of this function restarts every static pod once.
 */
final class TreeDigest {
    private static final int BYTES = 16;

    private final MessageDigest digest;

    private TreeDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** 32 hexadecimal digits for the tree together with {@code context}. */
    static String of(JsonNode tree, String... context) {
        TreeDigest digest = new TreeDigest();
        digest.add(tree);
        for (String part : context) {
            digest.text('c', part);
        }
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest.digest(), BYTES));
    }

    private void add(JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(f -> fields.put(f.getKey(), f.getValue()));
            text('{', Integer.toString(fields.size()));
            fields.forEach((name, value) -> {
                text('k', name);
                add(value);
            });
        } else if (node.isArray()) {
            text('[', Integer.toString(node.size()));
            node.forEach(this::add);
        } else {
            text(node.isString() ? 's' : 'v', node.asString());
        }
    }

    /** The length in front keeps two different lists of texts from looking alike. */
    private void text(char kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(
                (kind + Integer.toString(bytes.length) + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }
}
