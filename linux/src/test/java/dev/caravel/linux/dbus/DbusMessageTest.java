package dev.caravel.linux.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DbusMessageTest {
    private static final DbusMessage CALL =
            DbusMessage.call(
                    7,
                    Optional.of("org.freedesktop.systemd1"),
                    "/org/freedesktop/systemd1",
                    "org.freedesktop.systemd1.Manager",
                    "StopUnit",
                    List.of(new DbusValue.Text("a.slice"), new DbusValue.Text("replace")));

    @Test
    void messagesSurviveTheWire() throws DbusException {
        byte[] bytes = CALL.toBytes();
        assertThat(DbusMessage.length(bytes)).isEqualTo(bytes.length);
        DbusMessage read = DbusMessage.parse(bytes, new ArrayDeque<>());
        assertThat(read.type()).isEqualTo(DbusMessage.Type.CALL);
        assertThat(read.serial()).isEqualTo(7);
        assertThat(read.text(DbusMessage.MEMBER)).hasValue("StopUnit");
        assertThat(read.text(DbusMessage.PATH)).hasValue("/org/freedesktop/systemd1");
        assertThat(read.text(DbusMessage.SIGNATURE)).hasValue("ss");
        assertThat(read.text(DbusMessage.ERROR_NAME)).isEmpty();
        assertThat(read.body()).isEqualTo(CALL.body());
    }

    /** The greeting, byte by byte as the specification has it. */
    @Test
    void theGreetingHasItsKnownBytes() throws DbusException {
        DbusMessage hello =
                DbusMessage.call(
                        1,
                        Optional.of("org.freedesktop.DBus"),
                        "/org/freedesktop/DBus",
                        "org.freedesktop.DBus",
                        "Hello",
                        List.of());
        assertThat(HexFormat.of().formatHex(hello.toBytes()))
                .isEqualTo(
                        "6c01000100000000010000006d000000"
                                + "01016f00150000002f6f72672f667265656465736b746f702f44427573000000"
                                + "02017300140000006f72672e667265656465736b746f702e4442757300000000"
                                + "030173000500000048656c6c6f000000"
                                + "06017300140000006f72672e667265656465736b746f702e4442757300000000");
    }

    @Test
    void brokenMessagesAreRefused() throws DbusException {
        byte[] good = CALL.toBytes();
        assertRefused(changed(good, 0, 'x'), "byte order");
        assertRefused(changed(good, 3, 2), "protocol version");
        assertRefused(changed(good, 7, 1), "message of");
        assertRefused(changed(good, 15, 0x7f), "message of");
        byte[] strangeType = changed(good, 1, 9);
        assertThatThrownBy(() -> DbusMessage.parse(strangeType, new ArrayDeque<>()))
                .hasMessageContaining("message of type 9");
        byte[] longer = Arrays.copyOf(good, good.length + 4);
        assertThatThrownBy(() -> DbusMessage.parse(longer, new ArrayDeque<>()))
                .hasMessageContaining("longer than its signature");
        byte[] shorter = Arrays.copyOf(good, good.length - 1);
        assertThatThrownBy(() -> DbusMessage.parse(shorter, new ArrayDeque<>()))
                .isInstanceOf(DbusException.class);
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static void assertRefused(byte[] bytes, String why) {
        assertThatThrownBy(() -> DbusMessage.length(bytes))
                .isInstanceOf(DbusException.class)
                .hasMessageContaining(why);
    }

    @Test
    void filesThatWereAnnouncedButDidNotComeAreAnError() throws DbusException {
        DbusMessage announcing =
                new DbusMessage(
                        DbusMessage.Type.REPLY,
                        3,
                        java.util.Map.of(
                                DbusMessage.REPLY_SERIAL,
                                new DbusValue.UInt32(1),
                                DbusMessage.UNIX_FDS,
                                new DbusValue.UInt32(1)),
                        List.of(),
                        List.of());
        byte[] bytes = announcing.toBytes();
        assertThatThrownBy(() -> DbusMessage.parse(bytes, new ArrayDeque<>()))
                .hasMessageContaining("1 files announced, 0 came");
    }
}
