package dev.caravel.kubelet.server;

import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.fs.SafeFiles.Links;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * One log, open for reading. It is opened beneath the folder of all logs, without following a link
 * out of it, and survives rotation: when the path leads to another file, reading goes on there.
 */
final class LogFile implements AutoCloseable {

    private static final int BLOCK = 16 << 10;

    private record Opened(SeekableByteChannel channel, Object identity) {}

    private final SafeFiles files;
    private final Path root;
    private final String relative;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private Opened current;

    /**
     * Opens a log.
     *
     * @param root the folder of all logs
     * @param relative the log's path below it
     * @throws IOException if it is no regular file, or a link in its path leaves {@code root}
     */
    LogFile(SafeFiles files, Path root, String relative) throws IOException {
        this.files = files;
        this.root = root;
        this.relative = relative;
        this.current = open();
    }

    private Opened open() throws IOException {
        try (Descriptor reference = files.openReference(root, relative, Links.INSIDE)) {
            Path path = reference.procPath();
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new IOException(root.resolve(relative) + " is no regular file");
            }
            return new Opened(
                    Files.newByteChannel(path),
                    Optional.ofNullable(attributes.fileKey()).orElse(path));
        }
    }

    /** Goes to where the last {@code lines} lines begin. */
    void tail(long lines) throws IOException {
        current.channel.position(LogTail.offset(current.channel, lines));
    }

    /**
     * Passes on what there is now.
     *
     * @return how many bytes there were
     */
    long drain(LogLines lines) throws IOException {
        long total = 0;
        block.clear();
        for (int n = current.channel.read(block); n > 0; n = current.channel.read(block)) {
            lines.write(block.array(), n);
            block.clear();
            total += n;
            if (lines.full()) {
                break;
            }
        }
        return total;
    }

    /**
     * Looks whether the log was rotated or cut off, and if so goes on at the beginning of what is
     * there now; the rest of the old file is passed on first.
     */
    boolean followRotation(LogLines lines) throws IOException {
        if (current.channel.size() < current.channel.position()) {
            current.channel.position(0);
            return true;
        }
        Opened now;
        try {
            now = open();
        } catch (NoSuchFileException e) {
            // Between renaming the old file and making the new one.
            return false;
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
        if (now.identity.equals(current.identity)) {
            now.channel.close();
            return false;
        }
        drain(lines);
        current.channel.close();
        current = now;
        return true;
    }

    @Override
    public void close() throws IOException {
        current.channel.close();
    }
}
