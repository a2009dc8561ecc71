package dev.caravel.kubelet.logs;

import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Rotates one log at a time. Its folder is opened beneath the folder of all logs without following
 * links, and everything is done relative to that: a pod that may write there cannot lead it away.
 */
final class LogRotator {

    private static final int BLOCK = 64 << 10;

    private final SafeFiles files;
    private final Path podLogs;
    private final int maxFiles;
    private final Consumer<String> reopen;
    private final Ticks ticks;
    private final ZoneId zone;

    /**
     * @param podLogs folder of all logs
     * @param maxFiles files kept for a log, itself included; at least 2
     * @param reopen asks the runtime to open the log of a container anew; throws {@link
     *     RuntimeCallException} if it does not
     * @param zone zone of the time in the names
     */
    LogRotator(
            SafeFiles files,
            Path podLogs,
            int maxFiles,
            Consumer<String> reopen,
            Ticks ticks,
            ZoneId zone) {
        this.files = files;
        this.podLogs = podLogs;
        this.maxFiles = maxFiles;
        this.reopen = reopen;
        this.ticks = ticks;
        this.zone = zone;
    }

    private Descriptor folder(Path log) throws IOException {
        Path folder = log.getParent();
        if (folder == null || !folder.startsWith(podLogs) || folder.equals(podLogs)) {
            throw new IOException("log " + log + " is not below " + podLogs + "; not rotated");
        }
        try {
            return files.openReference(
                    podLogs, podLogs.relativize(folder).toString(), SafeFiles.Links.NONE);
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOENT)) {
                throw new NoSuchFileException(folder.toString());
            }
            throw e;
        }
    }

    /** Length of a log in bytes; nothing if there is none. */
    OptionalLong size(Path log) throws IOException {
        try (Descriptor folder = folder(log)) {
            return OptionalLong.of(attributes(folder.procPath().resolve(log.getFileName())).size());
        } catch (NoSuchFileException absent) {
            return OptionalLong.empty();
        }
    }

    /** Has the runtime open the log of a container anew. */
    void reopen(String containerId, Path log) throws IOException {
        try {
            reopen.accept(containerId);
        } catch (RuntimeCallException e) {
            throw new IOException(
                    "the runtime did not open " + log + " anew: " + e.getMessage(), e);
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new IOException(file + " is no regular file; it is not rotated");
        }
        return attributes;
    }

    /**
     * Renames the log and has the runtime open a new one; before that the oldest are removed. If
     * the runtime does not do it, the log gets its name back.
     *
     * @return whether there is something to compress
     */
    boolean rotate(String containerId, Path log) throws IOException {
        try (Descriptor folder = folder(log)) {
            Path at = folder.procPath();
            String name = log.getFileName().toString();
            LogFiles before = LogFiles.of(name, list(at, name));
            for (String old : before.excess(maxFiles)) {
                Files.deleteIfExists(at.resolve(old));
            }
            Path current = at.resolve(name);
            Path renamed = at.resolve(before.nextName(LocalDateTime.ofInstant(ticks.now(), zone)));
            Files.move(current, renamed, StandardCopyOption.ATOMIC_MOVE);
            try {
                reopen(containerId, log);
            } catch (IOException e) {
                Files.move(renamed, current, StandardCopyOption.ATOMIC_MOVE);
                throw e;
            }
            LogFiles after = LogFiles.of(name, list(at, name));
            return !after.compressible().isEmpty() || !after.unused().isEmpty();
        }
    }

    private static Set<String> list(Path folder, String log) throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(
                        folder, e -> e.getFileName().toString().startsWith(log + "."))) {
            entries.forEach(e -> names.add(e.getFileName().toString()));
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /**
     * Compresses what was rotated before the last time, and removes what an interrupted compression
     * left. Not to be called for the same log by two threads.
     */
    void compress(Path log) throws IOException, InterruptedException {
        try (Descriptor folder = folder(log)) {
            Path at = folder.procPath();
            String name = log.getFileName().toString();
            LogFiles found = LogFiles.of(name, list(at, name));
            for (String left : found.unused()) {
                Files.deleteIfExists(at.resolve(left));
            }
            List<String> plain = found.compressible();
            for (String file : plain) {
                compress(at, file);
            }
        } catch (NoSuchFileException gone) {
            // Removed meanwhile, with its pod or as the oldest: nothing is left to do.
            return;
        }
    }

    private static void compress(Path folder, String name)
            throws IOException, InterruptedException {
        Path plain = folder.resolve(name);
        Path temporary = folder.resolve(name + LogFiles.TEMPORARY);
        attributes(plain);
        try (InputStream in =
                Files.newInputStream(plain, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            PosixFileAttributes like =
                    Files.readAttributes(
                            plain, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            create(temporary, like);
            try (OutputStream out =
                    new GZIPOutputStream(
                            Files.newOutputStream(
                                    temporary, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                            BLOCK)) {
                byte[] block = new byte[BLOCK];
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("compressing " + name);
                    }
                    out.write(block, 0, n);
                }
            }
            Files.setLastModifiedTime(temporary, like.lastModifiedTime());
            if (Files.exists(plain, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(
                        temporary,
                        folder.resolve(name + LogFiles.COMPRESSED),
                        StandardCopyOption.ATOMIC_MOVE);
                Files.deleteIfExists(plain);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void create(Path file, PosixFileAttributes like) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(like.permissions()));
        } catch (FileAlreadyExistsException left) {
            Files.delete(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(like.permissions()));
        }
        Files.setPosixFilePermissions(file, like.permissions());
    }
}
