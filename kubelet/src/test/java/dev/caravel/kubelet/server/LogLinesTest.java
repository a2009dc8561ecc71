package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogLinesTest {

    private static final String LOG =
            """
            2026-01-02T03:04:05.5Z stdout F one
            2026-01-02T03:04:06.123456789Z stderr P half \

            2026-01-02T03:04:07Z stderr F whole
            no line of a runtime
            2026-01-02T03:04:08Z stdlog F neither is this
            2026-01-02T03:04:09+02:00 stdout F:later two words
            2026-01-02T03:04:10Z stdout F\s

            """;

    private static String read(String log, int block, LogLinesOptions options) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogLines lines =
                new LogLines(out, options.timestamps, options.since, options.lines, options.limit);
        byte[] all = log.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < all.length; i += block) {
            byte[] part = java.util.Arrays.copyOfRange(all, i, Math.min(all.length, i + block));
            lines.write(part, part.length);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private record LogLinesOptions(
            boolean timestamps, Optional<Instant> since, long lines, long limit) {
        static final LogLinesOptions ALL =
                new LogLinesOptions(false, Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096})
    void partsAreJoinedAndWhatNoRuntimeWroteIsLeftOutHoweverTheBytesArrive(int block)
            throws IOException {
        assertThat(read(LOG, block, LogLinesOptions.ALL))
                .isEqualTo("one\nhalf whole\ntwo words\n\n");
    }

    @Test
    void eachWholeLineGetsOneTimestampOfNineDigits() throws IOException {
        var options = new LogLinesOptions(true, Optional.empty(), 99, Long.MAX_VALUE);
        assertThat(read(LOG, 5, options))
                .isEqualTo(
                        """
                        2026-01-02T03:04:05.500000000Z one
                        2026-01-02T03:04:06.123456789Z half whole
                        2026-01-02T03:04:09.000000000+02:00 two words
                        2026-01-02T03:04:10.000000000Z\s
                        """);
    }

    @Test
    void linesBeforeTheTimeAskedForAreLeftOut() throws IOException {
        var since = Optional.of(Instant.parse("2026-01-02T03:04:07Z"));
        var options = new LogLinesOptions(false, since, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(read(LOG, 4096, options)).isEqualTo("whole\n\n");
    }

    @ParameterizedTest
    @CsvSource({"1,o", "3,one", "4,'one\n'", "6,'one\nha'"})
    void theByteLimitCutsInTheMiddleOfALine(long limit, String expected) throws IOException {
        var options = new LogLinesOptions(false, Optional.empty(), Long.MAX_VALUE, limit);
        assertThat(read(LOG, 3, options)).isEqualTo(expected);
    }

    @Test
    void theLineLimitCountsLinesOfTheFile() throws IOException {
        assertThat(read(LOG, 10, new LogLinesOptions(false, Optional.empty(), 2, 99)))
                .isEqualTo("one\nhalf ");
        assertThat(read(LOG, 10, new LogLinesOptions(false, Optional.empty(), 0, 99))).isEmpty();
    }

    @Test
    void aLineWithoutEndPassesThroughPieceByPiece() throws IOException {
        long[] written = new long[1];
        OutputStream out =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        written[0]++;
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        written[0] += length;
                    }
                };
        LogLines lines = new LogLines(out, false, Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE);
        byte[] start = "2026-01-02T03:04:05Z stdout F ".getBytes(StandardCharsets.UTF_8);
        lines.write(start, start.length);
        byte[] block = new byte[1 << 16];
        java.util.Arrays.fill(block, (byte) 'x');
        for (int i = 0; i < 10_000; i++) {
            lines.write(block, block.length);
        }
        assertThat(written[0]).isEqualTo(10_000L << 16);
    }
}
