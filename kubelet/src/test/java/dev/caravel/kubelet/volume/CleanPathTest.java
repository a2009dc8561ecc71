package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CleanPathTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    a/b,           a/b
                    a//b/./c/,     a/b/c
                    a/../b,        b
                    ../a,          ../a
                    ../../a/..,    ../..
                    /../a,         /a
                    /,             /
                    '',            .
                    ./,            .
                    a/..,          .
                    """)
    void isTheShortestFormOfTheText(String path, String clean) {
        assertThat(CleanPath.of(path)).isEqualTo(clean);
    }

    @ParameterizedTest
    @CsvSource({"a/../b,true", "..,true", "a/..,true", "a/..b,false", "a...b,false", "'',false"})
    void knowsBackSteps(String path, boolean backStep) {
        assertThat(CleanPath.hasBackStep(path)).isEqualTo(backStep);
    }
}
