package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTailTest {

    @TempDir Path folder;

    private long offset(String text, long lines) throws IOException {
        Path file = Files.writeString(folder.resolve("log"), text);
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            return LogTail.offset(in, lines);
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',               1, 0
                    'a',              1, 0
                    'a\n',            0, 2
                    'a\n',            1, 0
                    'a\nb\nc\n',      1, 4
                    'a\nb\nc\n',      2, 2
                    'a\nb\nc\n',      3, 0
                    'a\nb\nc\n',      9, 0
                    'a\nb\nc',        1, 2
                    '\n\n\n',         2, 1
                    """)
    void theLastLinesBeginHere(String text, long lines, long expected) throws IOException {
        assertThat(offset(text.replace("\\n", "\n"), lines)).isEqualTo(expected);
    }

    @Test
    void linesLongerThanABlockAreFound() throws IOException {
        String line = "x".repeat(20_000) + "\n";
        assertThat(offset(line.repeat(5), 2)).isEqualTo(3L * line.length());
    }
}
