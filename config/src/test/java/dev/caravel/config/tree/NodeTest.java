package dev.caravel.config.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTest {

    /** The examples of RFC 7396, appendix A, as far as they are about mappings. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"a":"b"}               | {"a":"c"}                  | {"a":"c"}
                    {"a":"b"}               | {"b":"c"}                  | {"a":"b","b":"c"}
                    {"a":"b"}               | {"a":null}                 | {}
                    {"a":"b","b":"c"}       | {"a":null}                 | {"b":"c"}
                    {"a":["b"]}             | {"a":"c"}                  | {"a":"c"}
                    {"a":"c"}               | {"a":["b"]}                | {"a":["b"]}
                    {"a":{"b":"c"}}         | {"a":{"b":"d","c":null}}   | {"a":{"b":"d"}}
                    {"a":[{"b":"c"}]}       | {"a":[1]}                  | {"a":[1]}
                    {"e":null}              | {"a":1}                    | {"e":null,"a":1}
                    {"a":"foo"}             | {"a":{"b":{"c":null}}}     | {"a":{"b":{}}}
                    """)
    void documentsMergeAsJsonMergePatchesSay(String document, String patch, String expected) {
        assertThat(TreeWriter.json(read(document).merge(read(patch)))).isEqualTo(expected);
    }

    @Test
    void aPathMakesItsSectionsAndKeepsTheOthers() {
        Node.Fields document = read("a: {b: 1}");
        Node.Fields changed = document.with("a.c.d", new Node.Bool(true, Origin.DEFAULT));
        assertThat(TreeWriter.json(changed)).isEqualTo("{\"a\":{\"b\":1,\"c\":{\"d\":true}}}");
        assertThat(TreeWriter.json(document)).isEqualTo("{\"a\":{\"b\":1}}");
    }

    @Test
    void aPathThroughAValueLeavesTheValueAlone() {
        Node.Fields changed = read("a: 5").with("a.b", new Node.Bool(true, Origin.DEFAULT));
        assertThat(TreeWriter.json(changed)).isEqualTo("{\"a\":5}");
    }

    @Test
    void keysOfMappingsMayHoldDots() {
        Node value = new Node.Text("1Gi", Origin.DEFAULT);
        Node.Fields changed =
                read("evictionHard: {nodefs.available: 5%}")
                        .withEntry("evictionHard", "memory.available", value);
        assertThat(TreeWriter.json(changed))
                .isEqualTo(
                        "{\"evictionHard\":{\"nodefs.available\":\"5%\",\"memory.available\":\"1Gi\"}}");
    }

    @Test
    void nullCountsAsAbsent() {
        assertThat(read("a: ~").find("a")).isEmpty();
        assertThat(read("a: {b: ~}").find("a.b")).isEmpty();
        assertThat(read("a: 1").find("a.b")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    plain           | plain
                    /var/lib        | /var/lib
                    yes             | "yes"
                    null            | "null"
                    5               | "5"
                    1e3             | "1e3"
                    0.0.0.0         | "0.0.0.0"
                    -x              | "-x"
                    *               | "*"
                    a: b            | "a: b"
                    a #b            | "a #b"
                    a:              | "a:"
                    say "hi" \\\\   | say "hi" \\\\
                    """)
    void stringsAreQuotedWhereYamlWouldTakeThemForSomethingElse(String text, String written) {
        Node.Fields document =
                Node.Fields.empty(Origin.DEFAULT).with("a", new Node.Text(text, Origin.DEFAULT));
        assertThat(TreeWriter.yaml(document)).isEqualTo("a: " + written + "\n");
        assertThat(TreeWriter.json(read(TreeWriter.yaml(document))))
                .isEqualTo(TreeWriter.json(document));
    }

    @Test
    void controlCharactersSurviveWriting() {
        Node.Fields document =
                Node.Fields.empty(Origin.DEFAULT)
                        .with("a", new Node.Text("\n\t\u0001\u0085\u2028\"\\", Origin.DEFAULT));
        assertThat(TreeWriter.json(read(TreeWriter.yaml(document))))
                .isEqualTo(TreeWriter.json(document));
    }

    @Test
    void yamlIsWrittenInBlocksSortedByName() {
        Node.Fields document = read("b: {z: [1, {k: v, j: [2]}], x: {}}\na: []\nc: ~\nd: [[3]]");
        assertThat(TreeWriter.yaml(document))
                .isEqualTo(
                        """
                        a: []
                        b:
                          x: {}
                          z:
                          - 1
                          - j:
                            - 2
                            k: v
                        c: null
                        d:
                        -
                          - 3
                        """);
        assertThat(TreeWriter.json(read(TreeWriter.yaml(document)).find("b").orElseThrow()))
                .isEqualTo("{\"x\":{},\"z\":[1,{\"j\":[2],\"k\":\"v\"}]}");
    }

    private static Node.Fields read(String yaml) {
        return ((YamlReader.Outcome.Document) YamlReader.read("file", yaml)).root();
    }
}
