package dev.caravel.daemon.cert;

import dev.caravel.linux.fs.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one rotated pair (kubelet.md §1.7): dated files with chain and key, and a link
 * {@code PAIR-current.pem} to the one in use. A crash at any instant leaves a usable link.
 */
public final class CertificateStore {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss");

    private final Path folder;
    private final String pair;
    private final Clock clock;

    private CertificateStore(Path folder, String pair, Clock clock) {
        this.folder = folder;
        this.pair = pair;
        this.clock = clock;
    }

    /**
     * Opens a store and finishes a rotation that was interrupted.
     *
     * @param pair {@code kubelet-client} or {@code kubelet-server}
     * @throws IOException when something else stands where a link should be
     */
    public static CertificateStore open(Path folder, String pair, Clock clock) throws IOException {
        CertificateStore store = new CertificateStore(folder.toAbsolutePath(), pair, clock);
        Path updated = store.path("updated");
        boolean interrupted = !Files.exists(store.currentPath()) && requireLinkOrNothing(updated);
        if (interrupted) {
            LOG.info("Finishing the interrupted rotation of {}", store.currentPath());
            Files.move(updated, store.currentPath(), StandardCopyOption.ATOMIC_MOVE);
        }
        return store;
    }

    /** The link to the pair in use, the path that goes into kubelet.conf. */
    public Path currentPath() {
        return path("current");
    }

    private Path path(String qualifier) {
        return folder.resolve(pair + "-" + qualifier + ".pem");
    }

    /** The pair in use; empty when there is none or its file is broken, which is logged. */
    public Optional<KeyMaterial> current() {
        Path file = currentPath();
        try {
            if (Files.exists(file)) {
                byte[] pem = Files.readAllBytes(file);
                return Optional.of(Pem.keyMaterial(pem, pem));
            }
            Path certificate = folder.resolve(pair + ".crt");
            Path key = folder.resolve(pair + ".key");
            if (Files.exists(certificate) && Files.exists(key)) {
                file = certificate;
                return Optional.of(
                        Pem.keyMaterial(Files.readAllBytes(certificate), Files.readAllBytes(key)));
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.error("Certificate {} cannot be used; asking for a new one", file, e);
        }
        return Optional.empty();
    }

    /**
     * Stores a pair and makes it the one in use.
     *
     * @throws IOException when it could not be written; the old pair then stays in use
     */
    public void update(KeyMaterial material) throws IOException {
        Files.createDirectories(folder);
        Path dated = path(STAMP.format(LocalDateTime.now(clock.withZone(ZoneId.systemDefault()))));
        try {
            AtomicFiles.write(dated, Pem.encode(material), AtomicFiles.OWNER_ONLY);
        } catch (CertificateException e) {
            throw new IOException("encoding the certificate for " + dated, e);
        }
        requireLinkOrNothing(currentPath());
        Path updated = path("updated");
        if (requireLinkOrNothing(updated)) {
            Files.delete(updated);
        }
        Files.createSymbolicLink(updated, dated);
        Files.move(updated, currentPath(), StandardCopyOption.ATOMIC_MOVE);
        AtomicFiles.syncFolder(folder);
    }

    private static boolean requireLinkOrNothing(Path path) throws IOException {
        boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (there && !Files.isSymbolicLink(path)) {
            throw new IOException("expected " + path + " to be a symlink but it is a file");
        }
        return there;
    }
}
