package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.http.Query;
import dev.caravel.kubelet.server.NodeLogQuery.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLogQueryTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            textBlock =
                    """
                    query=%20,                      400, query: Invalid value: " ": may not be empty
                    query=a&sinceTime=now,          400, sinceTime: Invalid value: "now": invalid time format
                    query=a&boot=x&tailLines=y,     400, `[tailLines: Invalid value: "y": invalid syntax, boot: Invalid value: "x": invalid syntax]`
                    tailLines=5,                    406, query: Required value: cannot be empty with options
                    query=a;b,                      406, query: Invalid value: "a;b": input contains unsupported characters
                    query=/a&query=b,               406, query: Invalid value: "/a": cannot specify a file and service
                    query=/a&query=/b,              406, `query: Invalid value: "/a, /b": cannot specify more than one file`
                    query=/a&boot=0,                406, query: Invalid value: "/a": cannot specify file with options
                    query=a&boot=1,                 406, boot: Invalid value: 1: must be less than 1
                    query=a&tailLines=100001,       406, `tailLines: Invalid value: 100001: must be between 0 and 100000, inclusive`
                    query=a&query=b&query=c&query=d&query=e, 406, query: Too many: 5: must have at most 4 items
                    query=a&sinceTime=2026-01-02T00:00:00Z&untilTime=2026-01-01T00:00:00Z, 406, untilTime: Invalid value: "2026-01-01T00:00:00Z": must be after `sinceTime`
                    """)
    void aBadQuestionIsAnsweredWithWhatIsWrong(String query, int status, String text) {
        assertThat(NodeLogQuery.parse(Query.parse(query))).isEqualTo(new Parsed.Bad(status, text));
    }

    @Test
    void withoutAQuestionThePathTells() {
        assertThat(NodeLogQuery.parse(Query.parse("other=1"))).isEqualTo(new Parsed.Nothing());
    }

    @Test
    void journalctlIsAskedForUnitsWithAllOptions() {
        Parsed parsed =
                NodeLogQuery.parse(
                        Query.parse(
                                "query=kubelet&sinceTime=2026-01-02T05:04:05.5%2B02:00&tailLines=7&pattern=a b&boot=-1"));
        NodeLogQuery query = ((Parsed.Asked) parsed).query();
        assertThat(query.journalctl(query.services()))
                .containsExactly(
                        "journalctl",
                        "--utc",
                        "--no-pager",
                        "--output=short-precise",
                        "--since=2026-01-02 03:04:05 UTC",
                        "--pager-end",
                        "--lines=7",
                        "--unit=kubelet",
                        "--grep=a b",
                        "--boot",
                        "-1");
    }
}
