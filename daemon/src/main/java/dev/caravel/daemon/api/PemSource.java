package dev.caravel.daemon.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** PEM text given in the kubeconfig itself or by the path of a file, which may change. */
public sealed interface PemSource {
    /** Given inline; never printed. */
    record Inline(String pem) implements PemSource {
        @Override
        public String toString() {
            return "inline data";
        }
    }

    /** Given as a file. */
    record File(Path path) implements PemSource {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** The path, when it is one. */
    default Optional<Path> file() {
        return switch (this) {
            case Inline inline -> Optional.empty();
            case File file -> Optional.of(file.path);
        };
    }

    /** The text now. */
    default byte[] read() throws IOException {
        return switch (this) {
            case Inline inline -> inline.pem.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            case File file -> Files.readAllBytes(file.path);
        };
    }
}
