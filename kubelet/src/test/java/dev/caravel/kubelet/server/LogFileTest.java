package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LogLines lines =
            new LogLines(out, false, Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE);

    private Path log() {
        return root.resolve("c/0.log");
    }

    /** What the runtime writes and this process rotates; times as far apart as in life. */
    private void write(String line, long time) throws IOException {
        Files.createDirectories(root.resolve("c"));
        Files.writeString(log(), "2026-01-02T03:04:05Z stdout F " + line + "\n");
        Files.setLastModifiedTime(log(), FileTime.fromMillis(time));
    }

    private void rotate(String stamp) throws IOException {
        Files.move(log(), root.resolve("c/0.log." + stamp));
    }

    private void pack(String stamp, long time) throws IOException {
        Path plain = root.resolve("c/0.log." + stamp);
        Path packed = root.resolve("c/0.log." + stamp + ".gz");
        try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(plain, gz);
        }
        Files.setLastModifiedTime(packed, FileTime.fromMillis(time));
        Files.delete(plain);
    }

    private LogFile open() throws IOException {
        return new LogFile(new SafeFiles(Kernel.files()), root, "c/0.log");
    }

    private String seen() {
        return out.toString(StandardCharsets.UTF_8).replace("\n", " ").strip();
    }

    @Test
    void aFollowerThatIsRotationsBehindMissesNothingThatIsOnTheDisk() throws IOException {
        write("old", 1000);
        rotate("1");
        write("one", 2000);
        try (LogFile file = open()) {
            file.drain(lines);
            rotate("2");
            write("two", 3000);
            rotate("3");
            write("three", 4000);
            rotate("4");
            write("four", 5000);
            assertThat(file.rotated()).isTrue();
            assertThat(file.followRotation(lines)).isTrue();
            file.drain(lines);
            assertThat(seen()).isEqualTo("one two three four");
            assertThat(file.rotated()).isFalse();
            assertThat(file.followRotation(lines)).isFalse();
        }
    }

    @Test
    void whatWasCompressedMeanwhileIsReadToo() throws IOException {
        write("old", 1000);
        rotate("1");
        pack("1", 1000);
        write("one", 2000);
        try (LogFile file = open()) {
            rotate("2");
            pack("2", 2000);
            write("two", 3000);
            rotate("3");
            pack("3", 3000);
            write("three", 4000);
            file.followRotation(lines);
            file.drain(lines);
            assertThat(seen()).isEqualTo("one two three");
        }
    }

    @Test
    void betweenTheOldFileAndTheNewOneNothingHappens() throws IOException {
        write("one", 1000);
        try (LogFile file = open()) {
            file.drain(lines);
            rotate("1");
            assertThat(file.rotated()).isFalse();
            assertThat(file.followRotation(lines)).isFalse();
            write("two", 2000);
            assertThat(file.followRotation(lines)).isTrue();
            file.drain(lines);
            assertThat(seen()).isEqualTo("one two");
        }
    }

    @Test
    void aLogThatWasCutOffIsReadFromItsBeginning() throws IOException {
        write("a long line that was there before", 1000);
        try (LogFile file = open()) {
            file.drain(lines);
            write("short", 2000);
            assertThat(file.rotated()).isTrue();
            assertThat(file.followRotation(lines)).isTrue();
            file.drain(lines);
            assertThat(seen()).isEqualTo("a long line that was there before short");
        }
    }
}
