package dev.caravel.daemon.cert;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.fs.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the serving certificate comes from when it is not rotated through the API: configured
 * files, or a self-signed pair. Both are read again when the files change.
 */
public final class ServingCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ServingCertificates.class);

    private ServingCertificates() {}

    /**
     * Serves from a pair of files.
     *
     * @throws IOException when they cannot be used now, which refuses the start
     */
    public static Supplier<Optional<KeyMaterial>> fromFiles(Path certificate, Path key, Ticks ticks)
            throws IOException {
        ReloadedFiles<KeyMaterial> files =
                new ReloadedFiles<>(
                        "serving certificate",
                        List.of(certificate, key),
                        contents -> Pem.keyMaterial(contents.getFirst(), contents.getLast()),
                        ticks);
        files.read();
        return files::get;
    }

    /**
     * Serves from {@code kubelet.crt} and {@code kubelet.key} in {@code folder}, made once if they
     * are not there (kubelet.md §1.7).
     *
     * @param host the node's name or address
     * @throws IOException when they can be neither read nor made
     */
    public static Supplier<Optional<KeyMaterial>> selfSigned(Path folder, String host, Ticks ticks)
            throws IOException {
        Path certificate = folder.resolve("kubelet.crt");
        Path key = folder.resolve("kubelet.key");
        if (!Files.exists(certificate) || !Files.exists(key)) {
            make(certificate, key, host, ticks);
        }
        return fromFiles(certificate, key, ticks);
    }

    private static void make(Path certificate, Path key, String host, Ticks ticks)
            throws IOException {
        try {
            KeyMaterial material = new SelfSigned(ticks.now(), new SecureRandom()).create(host);
            Files.createDirectories(certificate.toAbsolutePath().getParent());
            AtomicFiles.write(key, Pem.encode(material.key()), AtomicFiles.OWNER_ONLY);
            AtomicFiles.write(certificate, Pem.encode(material.chain()), AtomicFiles.PUBLIC);
        } catch (GeneralSecurityException e) {
            throw new IOException("making a self-signed certificate for " + host, e);
        }
        LOG.info("Made the self-signed serving certificate {}", certificate);
    }
}
