package dev.caravel.linux.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files that must be either old or new, never half, whenever the machine stops. All state
 * files go through here (contract §10.1): temporary file in the same folder, fsync, rename, fsync
 * of the folder.
 */
public final class AtomicFiles {
    /** Read and write for the owner. */
    public static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    /** Read for everybody, write for the owner. */
    public static final Set<PosixFilePermission> PUBLIC =
            PosixFilePermissions.fromString("rw-r--r--");

    /** Hidden, so that folders scanned for manifests skip them; recognisable for the clean-up. */
    private static final String PREFIX = ".tmp-caravel-";

    private AtomicFiles() {}

    /**
     * Replaces the content of a file. When it returns, the new content survives a crash; when it
     * throws, the old content is still there.
     *
     * @param permissions of the new file, regardless of the umask
     */
    public static void write(Path file, byte[] content, Set<PosixFilePermission> permissions)
            throws IOException {
        Path folder = folderOf(file);
        Path temporary = folder.resolve(PREFIX + suffix());
        try {
            FileAttribute<Set<PosixFilePermission>> created =
                    PosixFilePermissions.asFileAttribute(OWNER_ONLY);
            try (FileChannel out =
                    FileChannel.open(
                            temporary,
                            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                            created)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                Files.setPosixFilePermissions(temporary, permissions);
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            removeAfter(e, temporary);
            throw e;
        }
        syncFolder(folder);
    }

    /**
     * Removes a file for good.
     *
     * @return false when there was none
     */
    public static boolean delete(Path file) throws IOException {
        boolean existed = Files.deleteIfExists(file);
        if (existed) {
            syncFolder(folderOf(file));
        }
        return existed;
    }

    /** Makes the names in a folder survive a crash. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Removes temporary files a crash left behind. To be called at start, before anybody writes
     * into the folder.
     *
     * @return how many there were; 0 also when the folder does not exist
     */
    public static int removeLeftovers(Path folder) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path entry : entries) {
                if (Files.deleteIfExists(entry)) {
                    removed++;
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        }
        return removed;
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " is the root, not a file");
        }
        return folder;
    }

    private static String suffix() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    private static void removeAfter(Exception cause, Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
