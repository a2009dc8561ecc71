package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.netlink.AttributeReader;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Notes the kernel keeps beside an object for the programs that list it: comments, and for sets how
 * to print keys. They are type, length, value with one byte each for the first two (libnftnl's
 * {@code udata}).
 */
final class NftUserData {
    /** The nft program's limit for a comment, closing NUL included. */
    private static final int MAX_COMMENT = 128;

    /** Bytes a char can take. */
    private static final int MAX_UTF8 = 3;

    private static final int SET_KEY_BYTE_ORDER = 0;
    private static final int SET_DATA_BYTE_ORDER = 1;
    private static final int SET_KEY_TYPEOF = 3;
    private static final int SET_DATA_TYPEOF = 4;
    private static final int SET_DATA_INTERVAL = 6;
    private static final int SET_COMMENT = 7;
    private static final int BIG_ENDIAN = 2;

    /** The nft program's numbers of expression kinds and protocols. */
    private static final int EXPR_PAYLOAD = 7;

    private static final int EXPR_META = 9;
    private static final int EXPR_CONCAT = 13;
    private static final int EXPR_NUMGEN = 23;
    private static final int PROTO_TH = 11;
    private static final int PROTO_IP = 12;
    private static final int PROTO_IP6 = 13;
    private static final int IP_DADDR = 12;
    private static final int IP6_DADDR = 9;
    private static final int TH_DPORT = 2;
    private static final int META_L4PROTO = 16;
    private static final int NUMGEN_RANDOM = 1;

    /** Only what a listing shows as the modulus; it says how wide an index may be. */
    private static final int LARGEST_INDEX = 65_536;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private NftUserData() {}

    /** A comment under {@code type}, cut where listings would refuse it. */
    static byte[] comment(int type, String text) {
        return note(type, terminated(text));
    }

    /** A comment as it will be read back. */
    static String shown(String text) {
        if (text.length() < MAX_COMMENT / MAX_UTF8) {
            return text;
        }
        byte[] bytes = terminated(text);
        return new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8);
    }

    private static byte[] terminated(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_COMMENT - 1);
        while (length < bytes.length && length > 0 && (bytes[length] & 0xc0) == 0x80) {
            length--;
        }
        return Arrays.copyOf(Arrays.copyOf(bytes, length), length + 1);
    }

    private static byte[] note(int type, byte[]... values) {
        int length = 0;
        for (byte[] value : values) {
            length += value.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(type);
        out.write(length);
        for (byte[] value : values) {
            out.writeBytes(value);
        }
        return out.toByteArray();
    }

    private static byte[] number(int type, int value) {
        byte[] bytes = new byte[4];
        INT.set(bytes, 0, value);
        return note(type, bytes);
    }

    /** Everything a listing wants to know about a set. */
    static byte[] set(NftSet set) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean single = set.key().size() == 1;
        out.writeBytes(number(SET_KEY_BYTE_ORDER, single ? BIG_ENDIAN : 0));
        if (set.isMap()) {
            out.writeBytes(number(SET_DATA_BYTE_ORDER, 0));
        }
        if (set.key().contains(NftField.INDEX)) {
            out.writeBytes(concat(SET_KEY_TYPEOF, set.key()));
            out.writeBytes(concat(SET_DATA_TYPEOF, set.value()));
        }
        if (set.isMap()) {
            out.writeBytes(number(SET_DATA_INTERVAL, 0));
        }
        if (!set.comment().isEmpty()) {
            out.writeBytes(comment(SET_COMMENT, set.comment()));
        }
        return out.toByteArray();
    }

    /**
     * A {@code typeof} of several expressions: an index has no type that could be named instead.
     */
    private static byte[] concat(int type, List<NftField> fields) {
        byte[][] parts = new byte[fields.size()][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = part(i, fields.get(i));
        }
        return note(type, number(0, EXPR_CONCAT), note(1, parts));
    }

    private static byte[] part(int index, NftField field) {
        return switch (field) {
            case IPV4_ADDR -> payload(index, PROTO_IP, IP_DADDR);
            case IPV6_ADDR -> payload(index, PROTO_IP6, IP6_DADDR);
            case INET_SERVICE -> payload(index, PROTO_TH, TH_DPORT);
            case INET_PROTO -> expression(index, EXPR_META, number(0, META_L4PROTO));
            case INDEX ->
                    expression(
                            index,
                            EXPR_NUMGEN,
                            number(0, NUMGEN_RANDOM),
                            number(1, LARGEST_INDEX),
                            number(2, 0));
            case MARK -> throw new IllegalArgumentException("a mark beside an index");
        };
    }

    private static byte[] payload(int index, int protocol, int field) {
        return expression(index, EXPR_PAYLOAD, number(0, protocol), number(1, field));
    }

    private static byte[] expression(int index, int kind, byte[]... values) {
        return note(index, number(0, kind), note(1, values));
    }

    /** The comment under {@code type}, empty when there is none. */
    static String commentOf(int type, AttributeReader attribute) {
        byte[] notes = attribute.bytes();
        int at = 0;
        while (at + 2 <= notes.length) {
            int length = notes[at + 1] & 0xff;
            if (at + 2 + length > notes.length) {
                return "";
            }
            if (notes[at] == type) {
                int end = at + 2 + length;
                while (end > at + 2 && notes[end - 1] == 0) {
                    end--;
                }
                return new String(notes, at + 2, end - at - 2, StandardCharsets.UTF_8);
            }
            at += 2 + length;
        }
        return "";
    }

    /** The comment of a set, which has a type of its own. */
    static String commentOfSet(AttributeReader attribute) {
        return commentOf(SET_COMMENT, attribute);
    }
}
