package dev.caravel.daemon.cert;

import dev.caravel.linux.fs.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * The kubelet.conf a bootstrap leaves behind, in upstream's form and order (kubelet.md §1.7): other
 * tools, kubeadm first, read it.
 *
 * @param server URL of the API server
 * @param insecure {@code insecure-skip-tls-verify}
 * @param caFile path of the authority's file, or empty when {@code caData} is used
 * @param caData PEM of the authority; empty for none
 * @param pemPath chain and key of the node, for both certificate and key
 */
public record BootstrapKubeconfig(
        String server, boolean insecure, Optional<String> caFile, String caData, Path pemPath) {

    /** The text of the file. */
    public String yaml() {
        StringBuilder yaml = new StringBuilder("apiVersion: v1\nclusters:\n- cluster:\n");
        if (caFile.isPresent()) {
            field(yaml, "certificate-authority", caFile.get());
        } else if (!caData.isEmpty()) {
            field(
                    yaml,
                    "certificate-authority-data",
                    Base64.getEncoder().encodeToString(caData.getBytes(StandardCharsets.UTF_8)));
        }
        if (insecure) {
            yaml.append("    insecure-skip-tls-verify: true\n");
        }
        field(yaml, "server", server);
        yaml.append(
                """
                  name: default-cluster
                contexts:
                - context:
                    cluster: default-cluster
                    namespace: default
                    user: default-auth
                  name: default-context
                current-context: default-context
                kind: Config
                users:
                - name: default-auth
                  user:
                """);
        field(yaml, "client-certificate", pemPath.toString());
        field(yaml, "client-key", pemPath.toString());
        return yaml.toString();
    }

    private static void field(StringBuilder yaml, String name, String value) {
        yaml.append("    ").append(name).append(": ").append(scalar(value)).append('\n');
    }

    /** Plain where YAML reads it back as the same text, which holds for URLs, paths and base64. */
    private static String scalar(String value) {
        boolean plain = !value.isEmpty() && value.indexOf(": ") < 0 && value.indexOf(" #") < 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9';
            plain &= letter || digit || "/+=._-:@~%[]".indexOf(c) >= 0;
        }
        plain &=
                !value.isEmpty()
                        && "/+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        .indexOf(value.charAt(0))
                                >= 0
                        && !value.endsWith(":");
        return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Writes the file, readable for its owner only. */
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        AtomicFiles.write(file, yaml().getBytes(StandardCharsets.UTF_8), AtomicFiles.OWNER_ONLY);
    }
}
