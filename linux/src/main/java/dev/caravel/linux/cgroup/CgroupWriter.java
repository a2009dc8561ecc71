package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes the small text files of control groups: existing ones only, each value in one piece. */
final class CgroupWriter {
    private CgroupWriter() {}

    static void write(Path directory, String name, long value) throws IOException {
        write(directory, name, Long.toString(value));
    }

    static void write(Path directory, String name, String value) throws IOException {
        Path file = directory.resolve(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new IOException("Write '" + value + "' to " + file + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException
                ? "no such file; the group or its controller is missing"
                : String.valueOf(e.getMessage());
    }
}
