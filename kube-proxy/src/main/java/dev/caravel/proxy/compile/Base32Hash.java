package dev.caravel.proxy.compile;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The beginning of a text's SHA-256 in base 32, which kube-proxies make short names from. */
public final class Base32Hash {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BITS = 5;

    private Base32Hash() {}

    /** The first {@code chars} characters, at most 51. */
    public static String of(String text, int chars) {
        byte[] digest;
        try {
            digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        StringBuilder out = new StringBuilder(chars);
        for (int i = 0; i < chars; i++) {
            int bit = i * BITS;
            int pair = ((digest[bit / 8] & 0xff) << 8) | (digest[bit / 8 + 1] & 0xff);
            out.append(ALPHABET.charAt((pair >>> (16 - BITS - bit % 8)) & 0x1f));
        }
        return out.toString();
    }
}
