package dev.caravel.daemon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    /** Gives its bytes in pieces of random size, as a network does. */
    private static final class Pieces extends InputStream {
        private final ByteArrayInputStream bytes;
        private final Random random;

        Pieces(byte[] bytes, long seed) {
            this.bytes = new ByteArrayInputStream(bytes);
            this.random = new Random(seed);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, Math.min(length, 1 + random.nextInt(3000)));
        }
    }

    private static List<String> lines(String text, long seed, int max) throws IOException {
        List<String> lines = new ArrayList<>();
        JsonLines reader =
                new JsonLines(new Pieces(text.getBytes(StandardCharsets.UTF_8), seed), max);
        boolean more = true;
        while (more) {
            more =
                    reader.next((bytes, offset, length) ->
                            lines.add(new String(bytes, offset, length, StandardCharsets.UTF_8)));
        }
        return lines;
    }

    @Test
    void findsTheSameLinesHoweverTheyArrive() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            List<String> wanted = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                wanted.add("é".repeat(1 + random.nextInt(round * 40 + 1)));
            }
            String text = String.join(random.nextBoolean() ? "\n" : "\n\n", wanted) + "\n";
            assertThat(lines(text, round, 1 << 20)).isEqualTo(wanted);
        }
    }

    @Test
    void endsWithTheStreamButNotWithinALine() throws Exception {
        assertThat(lines("", 1, 100)).isEmpty();
        assertThat(lines("\n\n", 1, 100)).isEmpty();
        assertThatThrownBy(() -> lines("a\nb", 1, 100)).hasMessageContaining("within an event");
    }

    @Test
    void refusesLinesWithoutEnd() {
        assertThatThrownBy(() -> lines("x".repeat(70_000) + "\n", 1, 64 << 10))
                .hasMessageContaining("larger than 65536 bytes");
    }
}
