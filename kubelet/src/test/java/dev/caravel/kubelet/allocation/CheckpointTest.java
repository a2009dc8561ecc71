package dev.caravel.kubelet.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
    /** Written by upstream's kubelet 1.37.2. */
    private static final String UPSTREAM =
            "{\"data\":\"{\\\"entries\\\":{\\\"8bed1ee6-3936-4e34-bbe7-e01ebbe38dfd\\\":"
                    + "{\\\"ContainerResources\\\":{\\\"a\\\":{\\\"limits\\\":{\\\"cpu\\\":\\\"35m\\\","
                    + "\\\"memory\\\":\\\"35Mi\\\"},\\\"requests\\\":{\\\"cpu\\\":\\\"25m\\\","
                    + "\\\"memory\\\":\\\"25Mi\\\"}},\\\"b\\\":{\\\"requests\\\":{\\\"cpu\\\":\\\"40m\\\","
                    + "\\\"memory\\\":\\\"20Mi\\\"}}},\\\"PodLevelResources\\\":null,"
                    + "\\\"EmptyDirVolumeLimits\\\":null}}}\",\"checksum\":3702934208}";

    @Test
    void whatUpstreamWroteIsReadAndWrittenTheSameWay() {
        Map<String, PodAllocation> pods = Checkpoint.read(UPSTREAM);

        assertThat(pods).containsOnlyKeys("8bed1ee6-3936-4e34-bbe7-e01ebbe38dfd");
        PodAllocation pod = pods.values().iterator().next();
        assertThat(Amounts.of(pod.of("a"))).isEqualTo(new Amounts(35L << 20, 25L << 20, 35, 25));
        assertThat(pod.podLevel()).isEmpty();
        assertThat(Checkpoint.write(pods)).isEqualTo(UPSTREAM);
    }

    @Test
    void noPodsAreWrittenAndReadAsNone() {
        assertThat(Checkpoint.read(Checkpoint.write(Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "35m | 36m | checksum",
                "3702934208} | 3702934209} | checksum",
                "entries | {entries | JSON",
            })
    void damageIsFound(String from, String to, String why) {
        String damaged = UPSTREAM.replace(from, to);
        assertThat(damaged).isNotEqualTo(UPSTREAM);
        String text = why.equals("JSON") ? damaged.substring(0, damaged.length() - 9) : damaged;
        assertThatThrownBy(() -> Checkpoint.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
