package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupReaderTest {
    private final CgroupReader reader = new CgroupReader();
    @TempDir Path folder;

    private void load(String content) throws IOException {
        Files.writeString(folder.resolve("f"), content);
        assertThat(reader.load(folder.toString(), "f")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    0,                    0
                    -1,                   -1
                    9223372036854771712,  9223372036854771712
                    9223372036854775807,  9223372036854775807
                    9223372036854775808,  9223372036854775807
                    18446744073709551615, 9223372036854775807
                    """)
    void readsNumbers(String text, long number) throws IOException {
        load(text + "\n");
        assertThat(reader.number()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "x", "1x", "-", "1 2", "123456789012345678901"})
    void whatIsNoNumberIsNamedWithItsFile(String text) throws IOException {
        load(text);
        assertThatThrownBy(reader::number)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.resolve("f").toString());
    }

    @Test
    void readsLimits() throws IOException {
        load("max\n");
        assertThat(reader.limit()).isEmpty();
        load("42\n");
        assertThat(reader.limit()).hasValue(42);
    }

    @Test
    void readsPairs() throws IOException {
        load("anon 1\nfile 22\nlast 333\n");
        assertThat(reader.map()).isEqualTo(Map.of("anon", 1L, "file", 22L, "last", 333L));
        load("");
        assertThat(reader.map()).isEmpty();
        load("no-number\n");
        assertThatThrownBy(reader::map).hasMessageContaining("'no-number'");
    }

    @Test
    void aShorterFileLeavesNothingOfALongerOne() throws IOException {
        load("123456\n");
        load("7\n");
        assertThat(reader.number()).isEqualTo(7);
    }

    @Test
    void readsFilesLargerThanItsBuffer() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(i).append('\n');
        }
        load(text.toString());
        assertThat(reader.text()).isEqualTo(text.toString().strip());
    }

    @Test
    void missingFilesAreNoError() throws IOException {
        assertThat(reader.load(folder.toString(), "missing")).isFalse();
        assertThat(reader.load(folder.resolve("gone").toString(), "missing")).isFalse();
        assertThat(reader.loadIfPresent(folder.toString(), "missing")).isFalse();
    }

    @Test
    void aFolderInPlaceOfAFileIs() {
        assertThatThrownBy(() -> reader.load("/", "proc")).isInstanceOf(IOException.class);
    }
}
