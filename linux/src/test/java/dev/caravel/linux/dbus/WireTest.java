package dev.caravel.linux.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final HexFormat HEX = HexFormat.of();

    private static byte[] written(DbusValue... values) throws DbusException {
        WireWriter out = new WireWriter();
        for (DbusValue value : values) {
            out.write(value);
        }
        return out.toByteArray();
    }

    private static List<DbusValue> read(String signature, String hex) throws DbusException {
        WireReader in = new WireReader(HEX.parseHex(hex.replace(" ", "")), ByteOrder.LITTLE_ENDIAN);
        List<DbusValue> values = in.readAll(signature);
        assertThat(in.atEnd()).isTrue();
        return values;
    }

    static List<DbusValue> values() {
        DbusValue text = new DbusValue.Text("grün");
        return List.of(
                new DbusValue.UInt8(255),
                new DbusValue.Bool(true),
                new DbusValue.Int16((short) -2),
                new DbusValue.UInt16(65535),
                new DbusValue.Int32(-3),
                new DbusValue.UInt32(-1),
                new DbusValue.Int64(Long.MIN_VALUE),
                DbusValue.UInt64.INFINITY,
                new DbusValue.Real(1.5),
                text,
                new DbusValue.Text(""),
                new DbusValue.ObjectPath("/a/b"),
                new DbusValue.Signature("a{sv}"),
                new DbusValue.UnixFd(0),
                new DbusValue.Array("s", List.of()),
                new DbusValue.Array("t", List.of()),
                new DbusValue.Array("s", List.of(text, new DbusValue.Text("b"))),
                new DbusValue.Array(
                        "{sv}",
                        List.of(
                                new DbusValue.DictEntry(
                                        text, new DbusValue.Variant(new DbusValue.UInt8(1))))),
                DbusValue.Struct.of(new DbusValue.UInt8(1), new DbusValue.UInt64(2), text),
                new DbusValue.Variant(new DbusValue.Variant(new DbusValue.Bool(false))),
                new DbusValue.Array(
                        "(sv)",
                        List.of(
                                DbusValue.Struct.of(
                                        text,
                                        new DbusValue.Variant(
                                                new DbusValue.Array("y", List.of()))))));
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyValueIsReadAsItWasWrittenWhateverStandsBeforeIt(DbusValue value)
            throws DbusException {
        for (int before = 0; before < 9; before++) {
            DbusValue[] values = new DbusValue[before + 1];
            Arrays.fill(values, new DbusValue.UInt8(7));
            values[before] = value;
            WireReader in = new WireReader(written(values), ByteOrder.LITTLE_ENDIAN);
            String signature = "y".repeat(before) + value.signature();
            assertThat(in.readAll(signature)).containsExactly(values);
            assertThat(in.atEnd()).isTrue();
        }
    }

    /** Bytes worked out by hand from the specification. */
    @Test
    void layoutIsTheSpecifiedOne() throws DbusException {
        assertThat(HEX.formatHex(written(new DbusValue.Text("foo")))).isEqualTo("03000000666f6f00");
        assertThat(HEX.formatHex(written(new DbusValue.Signature("as")))).isEqualTo("02617300");
        assertThat(
                        HEX.formatHex(
                                written(
                                        new DbusValue.UInt8(1),
                                        new DbusValue.Array(
                                                "t", List.of(new DbusValue.UInt64(5))))))
                .isEqualTo("01000000" + "08000000" + "0500000000000000");
        assertThat(HEX.formatHex(written(new DbusValue.Array("t", List.of()))))
                .isEqualTo("00000000" + "00000000");
        assertThat(HEX.formatHex(written(new DbusValue.Variant(new DbusValue.UInt32(9)))))
                .isEqualTo("017500" + "00" + "09000000");
    }

    @Test
    void bigEndianIsReadToo() throws DbusException {
        WireReader in =
                new WireReader(HEX.parseHex("0000000900000003666f6f00"), ByteOrder.BIG_ENDIAN);
        assertThat(in.readAll("us"))
                .containsExactly(new DbusValue.UInt32(9), new DbusValue.Text("foo"));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    boolean that is neither,    b,    02000000
                    text beyond the end,        s,    ff000000 61 00
                    text without NUL,           s,    01000000 61 62
                    text not UTF-8,             s,    01000000 ff 00
                    negative text length,       s,    ffffffff 00
                    array beyond the end,       as,   10000000 00000000
                    array too long,             ay,   00000005
                    element passes the end,     ay,   01000000
                    element crosses the end,    aq,   01000000 0100
                    padding not zero,           yu,   01 ff0000 01000000
                    variant of two,             v,    02 7575 00 0000 01000000 01000000
                    variant of nothing,         v,    00 00
                    cut short,                  u,    010000
                    """)
    void whatTheSpecificationForbidsIsRefused(String why, String signature, String hex) {
        assertThatThrownBy(() -> read(signature, hex)).as(why).isInstanceOf(DbusException.class);
    }

    @Test
    void variantsNestedWithoutEndAreRefused() {
        String hex = "017600".repeat(200) + "017900" + "01";
        assertThatThrownBy(() -> read("v", hex)).hasMessageContaining("nested deeper");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(", ")", "()", "a", "a{", "a{s}", "a{vs}", "{ss}", "z", "a{sss}", "(s"})
    void wrongSignaturesAreRefused(String signature) {
        assertThatThrownBy(() -> Signatures.split(signature)).isInstanceOf(DbusException.class);
    }

    @Test
    void signaturesSplitIntoCompleteTypes() throws DbusException {
        assertThat(Signatures.split("ssa(sv)a(sa(sv))a{sv}u"))
                .containsExactly("s", "s", "a(sv)", "a(sa(sv))", "a{sv}", "u");
        assertThat(Signatures.split("")).isEmpty();
        assertThatThrownBy(() -> Signatures.split("a".repeat(100) + "y"))
                .isInstanceOf(DbusException.class);
        assertThatThrownBy(() -> Signatures.split("y".repeat(256)))
                .isInstanceOf(DbusException.class);
    }

    @Test
    void arraysHoldOneTypeOnly() {
        List<DbusValue> mixed = List.of(new DbusValue.Text("a"), new DbusValue.UInt8(1));
        assertThatThrownBy(() -> new DbusValue.Array("s", mixed))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DbusValue.Struct(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DbusValue.UInt8(256))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textWithANulCannotBeWritten() {
        assertThatThrownBy(() -> written(new DbusValue.Text("a\0b")))
                .isInstanceOf(DbusException.class);
    }
}
