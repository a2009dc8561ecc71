package dev.caravel.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetlinkWriterTest {
    private static AttributeReader attributes(NetlinkWriter out) {
        byte[] bytes = out.toByteArray();
        return new AttributeReader(bytes, NetlinkWriter.HEADER, bytes.length);
    }

    @Test
    void writesWhatTheReaderReads() {
        NetlinkWriter out = new NetlinkWriter(7);
        assertThat(out.begin(0x0a03, NetlinkFlags.REQUEST)).isEqualTo(7);
        out.u8(1, 0xfe).be16(2, 0x1234).u16(3, 0x5678).be32(4, 0x9abcdef0).u32(5, -2);
        out.be64(6, 0x0123456789abcdefL).string(7, "näme").bytes(8, new byte[] {1, 2, 3});
        int nest = out.nest(9);
        out.u8(1, 5);
        out.endNest(nest);
        out.end();
        AttributeReader in = attributes(out);
        assertThat(in.next()).isTrue();
        assertThat(in.u8()).isEqualTo(0xfe);
        in.next();
        assertThat(in.be16()).isEqualTo(0x1234);
        in.next();
        assertThat(in.length()).isEqualTo(2);
        in.next();
        assertThat(in.be32()).isEqualTo(0x9abcdef0);
        in.next();
        assertThat(in.u32()).isEqualTo(-2);
        in.next();
        assertThat(in.be64()).isEqualTo(0x0123456789abcdefL);
        in.next();
        assertThat(in.string()).isEqualTo("näme");
        in.next();
        assertThat(in.bytes()).containsExactly(1, 2, 3);
        in.next();
        assertThat(in.type()).isEqualTo(9);
        AttributeReader inner = in.nested();
        assertThat(inner.next()).isTrue();
        assertThat(inner.u8()).isEqualTo(5);
        assertThat(in.next()).isFalse();
    }

    /** The buffer may grow inside any attribute, wherever its value begins. */
    @ParameterizedTest
    @ValueSource(ints = {16, 17, 18, 19, 20, 21, 22, 23, 24, 28, 32, 33, 40, 48, 64})
    void growsAtAnyPlace(int capacity) {
        NetlinkWriter out = new NetlinkWriter(1, capacity);
        out.begin(1, 0);
        for (int i = 0; i < 50; i++) {
            out.u8(1, i).u16(2, i).be16(3, i).u32(4, i).be32(5, i).be64(6, i).string(7, "x" + i);
        }
        out.end();
        AttributeReader in = attributes(out);
        for (int i = 0; i < 50; i++) {
            in.next();
            assertThat(in.u8()).isEqualTo(i);
            in.next();
            in.next();
            assertThat(in.be16()).isEqualTo(i);
            in.next();
            assertThat(in.u32()).isEqualTo(i);
            in.next();
            assertThat(in.be32()).isEqualTo(i);
            in.next();
            assertThat(in.be64()).isEqualTo(i);
            in.next();
            assertThat(in.string()).isEqualTo("x" + i);
        }
    }

    @Test
    void refusesWhatNoAttributeCanHold() {
        NetlinkWriter out = new NetlinkWriter(1);
        out.begin(1, 0);
        assertThatThrownBy(() -> out.bytes(1, new byte[NetlinkWriter.MAX_ATTRIBUTE]))
                .isInstanceOf(IllegalArgumentException.class);
        int nest = out.nest(1);
        out.bytes(1, new byte[40_000]).bytes(1, new byte[40_000]);
        assertThatThrownBy(() -> out.endNest(nest)).isInstanceOf(IllegalStateException.class);
    }

    /** What the kernel sends is checked all the same: R29 feeds it noise. */
    @Test
    void brokenLengthsEndTheWalk() {
        byte[] tooShort = {2, 0, 1, 0};
        byte[] tooLong = {40, 0, 1, 0, 9};
        assertThat(new AttributeReader(tooShort, 0, 4).next()).isFalse();
        assertThat(new AttributeReader(tooLong, 0, 5).next()).isFalse();
        byte[] oneByte = {5, 0, 1, 0, 9, 0, 0, 0};
        AttributeReader reader = new AttributeReader(oneByte, 0, 8);
        assertThat(reader.next()).isTrue();
        assertThat(reader.be32()).isZero();
        assertThat(reader.be64()).isZero();
        assertThat(reader.u8()).isEqualTo(9);
    }
}
