package dev.caravel.kubelet.image;

import dev.caravel.config.GoJson;
import dev.caravel.cri.RegistryCredentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What to show a registry, and where it came from. Printing one shows no secret.
 *
 * @param hash SHA-256 as upstream computes it for its records, lower hex
 */
record Credential(RegistryCredentials auth, CredentialSource source, String hash) {

    /** The credential of one entry of a docker configuration. */
    static Credential of(DockerConfig.Entry entry, CredentialSource source) {
        return new Credential(
                RegistryCredentials.password(entry.username(), entry.password()),
                source,
                hash(entry));
    }

    /** Upstream hashes its own JSON; records written by either must mean the same to both. */
    private static String hash(DockerConfig.Entry entry) {
        List<String> fields = new ArrayList<>();
        addField(fields, "username", entry.username());
        addField(fields, "password", entry.password());
        addField(fields, "email", entry.email());
        String json = "{" + String.join(",", fields) + "}";
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(json.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void addField(List<String> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.add(GoJson.quote(name) + ":" + GoJson.quote(value));
        }
    }
}
