package dev.caravel.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    amd64,   02400000, 02200000
                    aarch64, 02100000, 02040000
                    """)
    void openFlagsFollowTheProcessor(String name, String noFollow, String directory) {
        Architecture architecture = Architecture.of(name);
        assertThat(OpenFlag.bits(EnumSet.of(OpenFlag.NO_FOLLOW), architecture))
                .isEqualTo(Integer.parseInt(noFollow, 8));
        assertThat(OpenFlag.bits(EnumSet.of(OpenFlag.DIRECTORY), architecture))
                .isEqualTo(Integer.parseInt(directory, 8));
    }

    @Test
    void unknownProcessorsAreNamed() {
        assertThatThrownBy(() -> Architecture.of("riscv64"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("riscv64");
    }
}
