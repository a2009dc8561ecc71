package dev.caravel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallReadersTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "10, 10",
        "-10, -10",
        "+7, 7",
        "0x10, 16",
        "0X1f, 31",
        "0b101, 5",
        "0o17, 15",
        "017, 15",
        "1_000, 1000",
        "-0x1, -1"
    })
    void wholeNumbersAreReadInEveryNotation(String text, BigInteger expected) {
        assertThat(GoNumbers.whole(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", "+", "x", "1.5", "0x", "0b2", "08", "1e3", "1 ", "_1", "1_", "1__0", "0.5",
                "--1", "0x-1"
            })
    void whatIsNoWholeNumberIsRefused(String text) {
        assertThat(GoNumbers.whole(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', '[]'", "0, '[0]'", "'0-3,8', '[0, 1, 2, 3, 8]'", "1-1, '[1]'"})
    void cpuListsAreRead(String text, String expected) {
        assertThat(CpuList.parse(text).orElseThrow()).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3-1", "a", "-", "1-", "1,,2", "1;2", "0-99999999", "70000"})
    void whatIsNoCpuListIsRefused(String text) {
        assertThat(CpuList.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a, true",
        "example.com/a, true",
        "a.b_c-d, true",
        "'', false",
        "/a, false",
        "a/, false",
        "a/b/c, false",
        "Example.com/a, false",
        "-a, false",
        "a-, false",
        "'a b', false"
    })
    void qualifiedNamesAreTold(String text, boolean expected) {
        assertThat(Names.isQualifiedName(text)).isEqualTo(expected);
    }

    @Test
    void namesAreLimitedTo63Characters() {
        assertThat(Names.isLabelValue("a".repeat(63))).isTrue();
        assertThat(Names.isLabelValue("a".repeat(64))).isFalse();
        assertThat(Names.isLabelValue("")).isTrue();
    }

    @Test
    void theNearestNamesAreSuggestedBestFirst() {
        List<String> known = List.of("maxPods", "podsPerCore", "maxOpenFiles", "port");
        assertThat(Suggestions.nearest("maxPod", known)).containsExactly("maxPods");
        assertThat(Suggestions.didYouMean("maxpods", known)).isEqualTo("; did you mean maxPods?");
        assertThat(Suggestions.didYouMean("somethingElse", known)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "v1.37.2, true",
        "v1.37.2-foo, true",
        "v1.37.2+k3s1, true",
        "v1.37.2-rc.1+x, true",
        "v1.37.3, false",
        "v1.37, false",
        "1.37.2, false",
        "v1.37.2 foo, false"
    })
    void onlyTheOwnReleaseCanBeReported(String version, boolean allowed) {
        assertThat(KubernetesVersion.problemWith(version).isEmpty()).isEqualTo(allowed);
    }
}
