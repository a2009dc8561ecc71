package dev.caravel.kubelet.server;

import dev.caravel.kubelet.logs.LogFiles;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.fs.SafeFiles.Links;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * One log, open for reading. It is opened beneath the folder of all logs, without following a link
 * out of it, and survives rotation: when the path leads to another file, reading goes on there.
 */
final class LogFile implements AutoCloseable {

    private static final int BLOCK = 16 << 10;

    /**
     * A file that is open.
     *
     * @param reference keeps the inode in reach when its name is gone
     */
    private record Opened(SeekableByteChannel channel, Object identity, Descriptor reference)
            implements AutoCloseable {

        FileTime lastWrite() throws IOException {
            return Files.getLastModifiedTime(reference.procPath());
        }

        @Override
        public void close() throws IOException {
            reference.close();
            channel.close();
        }
    }

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
        return open(relative);
    }

    private Opened open(String file) throws IOException {
        Descriptor reference = files.openReference(root, file, Links.INSIDE);
        try {
            Path path = reference.procPath();
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new IOException(root.resolve(file) + " is no regular file");
            }
            return new Opened(
                    Files.newByteChannel(path),
                    Optional.ofNullable(attributes.fileKey()).orElse(path),
                    reference);
        } catch (IOException e) {
            reference.close();
            throw e;
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
        return drain(current.channel, lines);
    }

    private long drain(ReadableByteChannel from, LogLines lines) throws IOException {
        long total = 0;
        block.clear();
        for (int n = from.read(block); n > 0; n = from.read(block)) {
            lines.write(block.array(), n);
            block.clear();
            total += n;
            if (lines.full()) {
                break;
            }
        }
        return total;
    }

    /** Whether the log was rotated, or cut off: there is another file, or less than was read. */
    boolean rotated() throws IOException {
        if (current.channel.size() < current.channel.position()) {
            return true;
        }
        Optional<Opened> now = openIfThere(relative);
        if (now.isEmpty()) {
            // Between renaming the old file and making the new one.
            return false;
        }
        try (Opened there = now.get()) {
            return !there.identity.equals(current.identity);
        }
    }

    /**
     * Goes on at the beginning of what is there now, if the log was rotated or cut off. What is
     * left of the old file is passed on first, and whatever was rotated since, compressed or not:
     * one who reads slower than the container writes misses nothing that is still on the disk.
     *
     * @return whether it was
     */
    boolean followRotation(LogLines lines) throws IOException {
        if (current.channel.size() < current.channel.position()) {
            current.channel.position(0);
            return true;
        }
        Optional<Opened> now = openIfThere(relative);
        if (now.isEmpty()) {
            return false;
        }
        if (now.get().identity.equals(current.identity)) {
            now.get().close();
            return false;
        }
        Opened next = now.get();
        try {
            drain(lines);
            for (String missed : rotatedSince()) {
                if (lines.full() || !drainWhole(missed, next.identity, lines)) {
                    break;
                }
            }
        } catch (IOException e) {
            next.close();
            throw e;
        }
        current.close();
        current = next;
        return true;
    }

    /** What was rotated after the file that is open, oldest first. */
    private List<String> rotatedSince() throws IOException {
        Path path = Path.of(relative);
        Path folder = Optional.ofNullable(path.getParent()).orElse(Path.of("."));
        List<String> rotated = LogFiles.of(path.getFileName().toString(), list(folder)).rotated();
        FileTime lastWrite = current.lastWrite();
        List<String> since = new ArrayList<>();
        for (String name : rotated) {
            String file = folder.resolve(name).toString();
            Optional<Opened> opened = openIfThere(file);
            if (opened.isEmpty()) {
                continue;
            }
            try (Opened there = opened.get()) {
                if (there.identity.equals(current.identity)) {
                    // What is older was read.
                    since.clear();
                } else if (there.lastWrite().compareTo(lastWrite) > 0) {
                    since.add(file);
                }
            }
        }
        return since;
    }

    private List<String> list(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (Descriptor reference = files.openReference(root, folder.toString(), Links.INSIDE);
                DirectoryStream<Path> entries = Files.newDirectoryStream(reference.procPath())) {
            entries.forEach(e -> names.add(e.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /**
     * @param last the file that is read next anyway
     * @return whether there may be more before it
     */
    private boolean drainWhole(String file, Object last, LogLines lines) throws IOException {
        Optional<Opened> opened = openIfThere(file);
        if (opened.isEmpty()) {
            return true;
        }
        try (Opened there = opened.get()) {
            if (there.identity.equals(last)) {
                return false;
            }
            if (!file.endsWith(LogFiles.COMPRESSED)) {
                drain(there.channel, lines);
                return true;
            }
            InputStream packed = Channels.newInputStream(there.channel);
            try (ReadableByteChannel plain =
                    Channels.newChannel(new GZIPInputStream(packed, BLOCK))) {
                drain(plain, lines);
            }
            return true;
        }
    }

    private Optional<Opened> openIfThere(String file) throws IOException {
        try {
            return Optional.of(open(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
