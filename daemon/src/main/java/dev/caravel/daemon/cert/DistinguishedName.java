package dev.caravel.daemon.cert;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * The attributes of an X.500 name in the order of the certificate.
 *
 * @param attributes type keyword (such as {@code CN}) or dotted number, and value
 */
record DistinguishedName(List<Attribute> attributes) {
    record Attribute(String type, String value) {}

    DistinguishedName {
        attributes = List.copyOf(attributes);
    }

    /**
     * Reads the name of a principal; its RFC 2253 text runs from the last attribute to the first.
     */
    static DistinguishedName of(X500Principal principal) {
        String text = principal.getName(X500Principal.RFC2253);
        List<Attribute> attributes = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            int end = endOfValue(text, equals + 1);
            attributes.add(
                    new Attribute(
                            text.substring(at, equals), unescape(text.substring(equals + 1, end))));
            at = end + 1;
        }
        return new DistinguishedName(attributes.reversed());
    }

    private static int endOfValue(String text, int start) {
        int at = start;
        while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '+') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, text.length());
    }

    private static String unescape(String value) {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) != '\\' || i + 1 == value.length()) {
                bytes.writeBytes(value.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int high = Character.digit(value.charAt(i + 1), 16);
            int low = i + 2 < value.length() ? Character.digit(value.charAt(i + 2), 16) : -1;
            if (high >= 0 && low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                i++;
                bytes.writeBytes(value.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Every value of {@code type}, in order. */
    List<String> all(String type) {
        return attributes.stream()
                .filter(attribute -> attribute.type.equalsIgnoreCase(type))
                .map(Attribute::value)
                .toList();
    }
}
