package dev.caravel.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.TreeWriter;
import dev.caravel.config.tree.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagSetTest {

    private static final FlagSet FLAGS = flags();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    --string=a                                | string: a
                    --string a                                | string: a
                    --string=                                 | string: ""
                    --string --bool                           | string: "--bool"
                    --string=a=b                              | string: a=b
                    --string=a --string=b                     | string: b
                    --bool                                    | bool: true
                    --bool=false                              | bool: false
                    --bool=t                                  | bool: true
                    --bool=0                                  | bool: false
                    --int32=0x10                              | int32: 16
                    --int32=-5                                | int32: -5
                    --int32=010                               | int32: 8
                    --int64=9223372036854775807               | int64: 9223372036854775807
                    --float=2.5                               | float: 2.5
                    --duration=1m30s                          | duration: 1m30s
                    --list=a,b --list=c                       | list: [a, b, c]
                    --list=                                   | list: []
                    --list="a,b",c                            | list: ["a,b", c]
                    --list="say ""x"" y"                      | list: ["say \\"x\\" y"]
                    --list=a,                                 | list: [a, ""]
                    --map=a=1,b=2 --map=a=3                   | map: {a: "3", b: "2"}
                    --map=                                    | map: {}
                    --map=a=b=c                               | map: {a: b=c}
                    --single-map=a=1,2 --single-map=b=        | single-map: {a: "1,2", b: ""}
                    --thresholds=memory.available<5%,x<1Gi    | thresholds: {memory.available: 5%, x: 1Gi}
                    --headers=a:1,b:2,a:3:4                   | headers: {a: ["1", "3:4"], b: ["2"]}
                    --bool-map=A=true,B=false --bool-map=A=0  | bool-map: {A: false, B: false}
                    --labels=a=b,c,d=                         | labels: {a: b, c: "", d: ""}
                    --ip=::                                   | ip: "::"
                    --ip=                                     | {}
                    --ip-port=[::1]:80                        | ip-port: "[::1]:80"
                    --ip-port=1.2.3.4                         | ip-port: "1.2.3.4"
                    --taints=a=b:NoSchedule,c:NoExecute       | taints: [{key: a, value: b, effect: NoSchedule}, {key: c, value: "", effect: NoExecute}]
                    --taints=a=b:NoSchedule --taints=         | taints: []
                    --taints=a:NoSchedule-                    | taints: []
                    --reserved-memory=0:memory=1Gi,hugepages-2Mi=4Mi;1:memory=2Gi | reserved-memory: [{numaNode: 0, limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}, {numaNode: 1, limits: {memory: 2Gi}}]
                    --quantity=4Ki                            | quantity: 4Ki
                    --v=3                                     | v: 3
                    -v=3                                      | v: 3
                    -v3                                       | v: 3
                    -v 3                                      | v: 3
                    -v007                                     | v: 7
                    -bv4                                      | {bool: true, v: 4}
                    --vmodule=a=1,b*=2 --vmodule=c=3          | vmodule: [{filePattern: a, verbosity: 1}, {filePattern: b*, verbosity: 2}, {filePattern: c, verbosity: 3}]
                    --version                                 | version: "true"
                    --version=raw                             | version: raw
                    --version=v1.37.2-x                       | version: v1.37.2-x
                    --version=0                               | version: "false"
                    --single_map=a=1                          | single-map: {a: "1"}
                    --int_32=1                                | {}
                    """)
    void flagsAreReadAsPflagReadsThem(String line, String expected) {
        ParsedFlags parsed = FLAGS.parse(words(line));
        assertThat(yaml(parsed)).isEqualTo(yaml(expected));
        assertThat(parsed.complaints()).hasSize(line.contains("int_32") ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    --nope                  | flag --nope: unknown flag
                    --strin=1               | flag --strin: unknown flag; did you mean --string?
                    --nope value --bool     | flag --nope: unknown flag
                    --gone=1                | flag --gone: unknown flag; removed in 1.0: use --string
                    --string                | flag --string: flag needs an argument
                    -v                      | flag -v: flag needs an argument
                    -x                      | flag -x: unknown shorthand flag: 'x'
                    ---a                    | flag ---a: bad flag syntax
                    --=a                    | flag --=a: bad flag syntax
                    stray                   | flag stray: unknown command; only flags are understood
                    -                       | flag -: unknown command; only flags are understood
                    -- --bool               | flag --bool: unknown command; only flags are understood
                    --bool=maybe            | flag --bool: invalid argument "maybe": must be true or false
                    --bool false            | flag false: unknown command; only flags are understood
                    --int32=x               | flag --int32: invalid argument "x": must be a whole number from -2147483648 to 2147483647
                    --int32=2147483648      | flag --int32: invalid argument "2147483648": must be a whole number from -2147483648 to 2147483647
                    --float=x               | flag --float: invalid argument "x": must be a number
                    --duration=5            | flag --duration: invalid argument "5": must be a duration such as 1m30s, 500ms or 0s
                    --list=a"b              | flag --list: invalid argument "a"b": has a quote inside an item that does not start with one
                    --list="a               | flag --list: invalid argument ""a": has a quote that is not closed
                    --map=a                 | flag --map: invalid argument "a": must be a list of name=value, "a" is not
                    --single-map=a          | flag --single-map: invalid argument "a": must be a list of name=value, "a" is not
                    --thresholds=a=1        | flag --thresholds: invalid argument "a=1": must be a list of signal<amount, "a=1" is not
                    --headers=a             | flag --headers: invalid argument "a": must be a list of name:value, "a" is not
                    --bool-map=A            | flag --bool-map: invalid argument "A": must be a list of name=true or name=false, "A" is not
                    --bool-map=A=x          | flag --bool-map: invalid argument "A=x": must be a list of name=true or name=false, "A=x" is not
                    --ip=host               | flag --ip: invalid argument "host": must be an IP address
                    --ip-port=1.1.1.1:99999 | flag --ip-port: invalid argument "1.1.1.1:99999": must be an IP address, with or without :port
                    --taints=a              | flag --taints: invalid argument "a": must be a list of key=value:effect, "a" is not
                    --taints=a:X,a:X        | flag --taints: invalid argument "a:X,a:X": must not hold a key with the same effect twice, "a:X" does
                    --reserved-memory=0     | flag --reserved-memory: invalid argument "0": must be node:kind=amount,..., "0" is not
                    --quantity=x            | flag --quantity: invalid argument "x": must be an amount such as 512, 4Ki or 1M
                    --v=-1                  | flag --v: invalid argument "-1": must be a whole number from 0 to 2147483647
                    --vmodule=a             | flag --vmodule: invalid argument "a": must be a list of file=level, "a" is not
                    --version=x             | flag --version: invalid argument "x": must be true or false
                    """)
    void aBadCommandLineIsExplained(String line, String complaint) {
        assertThat(FLAGS.parse(words(line)).complaints())
                .map(Complaint::toString)
                .containsExactly(complaint);
    }

    @Test
    void everyComplaintIsGathered() {
        assertThat(FLAGS.parse("--nope", "--bool=x", "stray").complaints()).hasSize(3);
    }

    @Test
    void aDeprecatedFlagIsAcceptedWithOneWarning() {
        ParsedFlags parsed = FLAGS.parse("--old=1", "--old=2");
        assertThat(parsed.warnings())
                .map(Warning::toString)
                .containsExactly("flag --old: is deprecated: use --string");
        assertThat(parsed.text("old", "")).isEqualTo("2");
    }

    private static FlagSet flags() {
        List<Flag> flags = new ArrayList<>();
        for (FlagKind kind : FlagKind.values()) {
            String name =
                    kind == FlagKind.LEVEL
                            ? "v"
                            : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            flags.add(Flag.own(name, kind, "a " + kind));
        }
        flags.add(Flag.own("old", FlagKind.STRING, "old").deprecated("use --string"));
        return new FlagSet(
                flags,
                Map.of('v', "v", 'b', "bool"),
                Map.of("gone", "removed in 1.0: use --string"));
    }

    private static String[] words(String line) {
        return line.contains("\"say") ? new String[] {line} : line.split(" ", -1);
    }

    private static String yaml(ParsedFlags parsed) {
        return TreeWriter.yaml(new Node.Fields(new TreeMap<>(parsed.values()), Origin.DEFAULT));
    }

    private static String yaml(String text) {
        return TreeWriter.yaml(
                ((YamlReader.Outcome.Document) YamlReader.read("expected", text)).root());
    }
}
