package dev.caravel.kubelet.objects;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates in PEM text (RFC 7468). Text between and headers inside the blocks are dropped. */
final class CertificateText {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private CertificateText() {}

    /** The content of all blocks in order; what is no proper block is passed over. */
    static List<byte[]> blocks(String text) {
        List<byte[]> blocks = new ArrayList<>();
        StringBuilder base64 = new StringBuilder();
        boolean inside = false;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                inside = true;
                base64.setLength(0);
            } else if (line.startsWith(END) && line.endsWith(DASHES)) {
                if (inside && !base64.isEmpty()) {
                    decode(base64.toString(), blocks);
                }
                inside = false;
            } else if (inside && line.indexOf(':') < 0) {
                base64.append(line);
            }
        }
        return blocks;
    }

    private static void decode(String base64, List<byte[]> into) {
        try {
            into.add(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            // The API server checks bundles; one that is broken all the same helps nobody.
            return;
        }
    }

    /** One block of a kind. */
    static String block(String kind, byte[] content) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return BEGIN
                + kind
                + DASHES
                + "\n"
                + lines.encodeToString(content)
                + "\n"
                + END
                + kind
                + DASHES
                + "\n";
    }

    static String certificate(byte[] content) {
        return block("CERTIFICATE", content);
    }
}
