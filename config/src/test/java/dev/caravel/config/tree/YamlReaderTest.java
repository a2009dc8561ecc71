package dev.caravel.config.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.tree.YamlReader.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    yes          | true
                    On           | true
                    n            | false
                    "yes"        | "yes"
                    'off'        | "off"
                    ~            | null
                    5            | 5
                    "5"          | "5"
                    010          | 8
                    0x1F         | 31
                    0b11         | 3
                    -0x10        | -16
                    1_000        | 1000
                    5.0          | 5.0
                    1e3          | 1000
                    .5           | 0.5
                    0.5          | 0.5
                    1:30         | "1:30"
                    2001-01-01   | "2001-01-01"
                    1.2.3        | "1.2.3"
                    50%          | "50%"
                    5s           | "5s"
                    /var/lib     | "/var/lib"
                    !!str 5      | "5"
                    !!int 5      | 5
                    [a, 1]       | ["a",1]
                    {a: {b: c}}  | {"a":{"b":"c"}}
                    """)
    void wordsMeanWhatTheGoAgentsTakeThemFor(String yaml, String json) {
        assertThat(
                        TreeWriter.json(
                                root("a: " + yaml)
                                        .fields()
                                        .getOrDefault("a", new Node.Null(Origin.DEFAULT))))
                .isEqualTo(json);
    }

    @Test
    void jsonIsReadToo() {
        assertThat(TreeWriter.json(root("{\"a\": [1, true, null], \"b\": {\"c\": \"\\u00e4\"}}")))
                .isEqualTo("{\"a\":[1,true,null],\"b\":{\"c\":\"\u00e4\"}}");
    }

    @Test
    void everyValueKnowsItsLineAndColumn() {
        Node.Fields root = root("a: 1\nb:\n  c: [x,\n      y]\n");
        assertThat(root.find("a").orElseThrow().origin()).hasToString("file:1:4");
        Node.Items list = (Node.Items) root.find("b.c").orElseThrow();
        assertThat(list.items().get(1).origin()).hasToString("file:4:7");
    }

    @Test
    void fieldsWrittenTwiceAreReportedWithBothPlaces() {
        Outcome.Document document = document("a:\n  b: 1\n  c: 2\n  b: 3\n");
        assertThat(document.duplicates())
                .map(Complaint::toString)
                .containsExactly("file:4:3: a.b is written a second time, first at file:2:6");
        assertThat(TreeWriter.json(document.root())).isEqualTo("{\"a\":{\"b\":3,\"c\":2}}");
    }

    @Test
    void anchorsAndMergeKeysAreFollowed() {
        String yaml = "base: &b {j: 1, k: 2}\nuse:\n  <<: *b\n  k: 3\nsame: *b\n";
        assertThat(TreeWriter.json(root(yaml)))
                .isEqualTo(
                        "{\"base\":{\"j\":1,\"k\":2},\"use\":{\"j\":1,\"k\":3},\"same\":{\"j\":1,\"k\":2}}");
    }

    @Test
    void onlyTheFirstDocumentCountsAndTheRestIsMentioned() {
        Outcome.Document document = document("a: 1\n---\nb: 2\n");
        assertThat(TreeWriter.json(document.root())).isEqualTo("{\"a\":1}");
        assertThat(document.warnings())
                .hasToString("[file: only the first of its YAML documents is used]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                | file: is empty
                    # nothing         | file: is empty
                    5                 | file:1:1: must be a mapping of fields, is a number
                    [a]               | file:1:1: must be a mapping of fields, is a list
                    a: !!binary QQ==  | file:1:4: has the tag tag:yaml.org,2002:binary, which is not supported here
                    a: !java.net.URL x| file:1:4: has the tag !java.net.URL, which is not supported here
                    a: !!int x        | file:1:4: has the tag tag:yaml.org,2002:int, which is not supported here
                    ? [a]             | file:1:3: has a field whose name is not a word
                    <<: 5             | file:1:5: must be a mapping to be merged with <<, is a number
                    """)
    void whatIsNoDocumentOfFieldsIsRefusedWithItsPlace(String yaml, String complaint) {
        assertThat(refusal(yaml)).isEqualTo(complaint);
    }

    @Test
    void aSyntaxErrorIsReportedWithItsPlace() {
        assertThat(refusal("a: 1\nb: [1,\nc: 2"))
                .startsWith("file:3:")
                .contains("is not valid YAML");
        assertThat(refusal("a: *nowhere")).startsWith("file:1:4: is not valid YAML");
        assertThat(refusal("a: b\u0007")).contains("is not valid YAML");
    }

    @Test
    @Timeout(10)
    void anAliasBombCostsNothingButItsOwnError() {
        String bomb =
                "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
                        + IntStream.rangeClosed(1, 7)
                                .mapToObj(level -> line(level, 9))
                                .collect(Collectors.joining());
        long start = System.nanoTime();
        assertThat(refusal(bomb)).contains("more than");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void manyAliasesAreRefused() {
        assertThat(refusal("a: &a [x]\nb: [" + "*a, ".repeat(100) + "*a]"))
                .contains("is not valid YAML")
                .contains("aliases");
    }

    @Test
    @Timeout(10)
    void aMappingInsideItselfIsRefused() {
        assertThat(refusal("a: &a {b: *a}")).contains("is nested deeper than 32 levels");
    }

    @Test
    @Timeout(10)
    void deepNestingIsRefused() {
        assertThat(refusal("a: " + "[".repeat(5000) + "]".repeat(5000)))
                .contains("is not valid YAML", "Depth");
    }

    @Test
    void aLargeFileIsRefused() {
        assertThat(refusal("a: " + "x".repeat(YamlReader.LARGEST_FILE)))
                .isEqualTo("file: is larger than the limit of 1048576 bytes");
    }

    private static String line(int level, int width) {
        List<String> aliases = IntStream.range(0, width).mapToObj(i -> "*a" + (level - 1)).toList();
        return "a" + level + ": &a" + level + " [" + String.join(", ", aliases) + "]\n";
    }

    private static Node.Fields root(String yaml) {
        return document(yaml).root();
    }

    private static Outcome.Document document(String yaml) {
        assertThat(YamlReader.read("file", yaml)).isInstanceOf(Outcome.Document.class);
        return (Outcome.Document) YamlReader.read("file", yaml);
    }

    private static String refusal(String yaml) {
        assertThat(YamlReader.read("file", yaml)).isInstanceOf(Outcome.Unreadable.class);
        return ((Outcome.Unreadable) YamlReader.read("file", yaml)).complaint().toString();
    }
}
