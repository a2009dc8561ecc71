package dev.caravel.linux.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFilesTest {
    @TempDir Path folder;

    @Test
    void numbersUnderProcSysAreReadWhole() throws IOException {
        Path file = Path.of("/proc/sys/kernel/threads-max");
        long threads = Long.parseLong(KernelFiles.read(file).strip());
        assertThat(threads).isGreaterThan(100);
    }

    @Test
    void longTextsAreReadWhole() throws IOException {
        String text = "0123456789\n".repeat(50_000);
        Path file = Files.writeString(folder.resolve("f"), text);
        assertThat(KernelFiles.read(file)).isEqualTo(text);
        Files.writeString(file, "");
        assertThat(KernelFiles.read(file)).isEmpty();
    }

    @Test
    void whatIsMissingAndWhatIsNoFileIsTold() {
        assertThatThrownBy(() -> KernelFiles.read(folder.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> KernelFiles.read(folder))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(NoSuchFileException.class);
    }
}
