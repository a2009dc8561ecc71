package dev.caravel.daemon.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A log file that is put aside when it is full; the oldest ones are deleted. Not thread safe. */
final class RotatingFile implements LogSink, Closeable {
    private final LogFile settings;
    private @Nullable FileChannel channel;
    private long size;

    RotatingFile(LogFile settings) throws IOException {
        this.settings = settings;
        open();
    }

    private FileChannel open() throws IOException {
        Path parent = settings.path().toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        FileChannel opened =
                FileChannel.open(
                        settings.path(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        size = opened.size();
        channel = opened;
        return opened;
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        FileChannel current = channel;
        if (current == null) {
            current = open(); // the last rotation failed half way
        }
        if (size > 0 && size + length > settings.maxBytes()) {
            close();
            rotate();
            current = open();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            size += current.write(buffer);
        }
    }

    private void rotate() throws IOException {
        if (settings.keep() == 0) {
            Files.deleteIfExists(settings.path());
            return;
        }
        for (int i = settings.keep() - 1; i >= 0; i--) {
            Path from = i == 0 ? settings.path() : numbered(i);
            if (Files.exists(from)) {
                Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int number) {
        return settings.path().resolveSibling(settings.path().getFileName() + "." + number);
    }

    @Override
    public void close() throws IOException {
        FileChannel current = channel;
        channel = null;
        if (current != null) {
            current.close();
        }
    }
}
