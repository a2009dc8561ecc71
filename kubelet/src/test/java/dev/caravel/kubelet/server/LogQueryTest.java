package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.http.Query;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogQueryTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static LogQuery.Parsed parse(String query) {
        return LogQuery.parse(Query.parse(query), NOW);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    tailLines=x,                                     400
                    tail=x,                                          400
                    limitBytes=,                                     400
                    sinceTime=yesterday,                             400
                    stream=Stdout,                                   400
                    tailLines=-1,                                    422
                    limitBytes=0,                                    422
                    sinceSeconds=0,                                  422
                    sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z,   422
                    """)
    void whatCannotBeReadIsABadRequestAndWhatMakesNoSenseUnprocessable(String query, int status) {
        assertThat(parse(query))
                .isInstanceOfSatisfying(
                        LogQuery.Parsed.Bad.class,
                        bad -> assertThat(bad.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @CsvSource({
        "follow,true",
        "follow=,true",
        "follow=1,true",
        "follow=0,false",
        "x=1,false",
        "follow=False,false",
        "follow=true,true"
    })
    void aFlagIsOffOnlyWhenAbsentZeroOrFalse(String query, boolean on) {
        assertThat(((LogQuery.Parsed.Good) parse(query)).query().follow()).isEqualTo(on);
    }

    @Test
    void tailIsAnotherNameForTailLinesAndAllMeansNoLimit() {
        assertThat(((LogQuery.Parsed.Good) parse("tail=7&tailLines=3")).query().tail())
                .isEqualTo(OptionalLong.of(7));
        assertThat(((LogQuery.Parsed.Good) parse("tail=all&tailLines=3")).query().tail()).isEmpty();
    }

    @Test
    void secondsCountBackFromNow() {
        assertThat(((LogQuery.Parsed.Good) parse("sinceSeconds=60")).query().since())
                .isEqualTo(Optional.of(NOW.minusSeconds(60)));
        assertThat(
                        ((LogQuery.Parsed.Good) parse("sinceSeconds=9223372036854775807"))
                                .query()
                                .since())
                .isEqualTo(Optional.of(Instant.EPOCH));
    }
}
