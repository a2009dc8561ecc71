package dev.caravel.proxy.iptables;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.nft.NftData;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The structures of iptables extensions as they lie in memory ({@code linux/netfilter/xt_*.h}), in
 * the revisions iptables 1.8 uses, padded to eight bytes. Host order unless said otherwise.
 */
final class IptInfo {
    static final int INVALID = 1;
    static final int ESTABLISHED = 2;
    static final int RELATED = 4;
    static final int NEW = 8;
    static final int DNAT = 0x80;

    private static final int COMMENT_LENGTH = 256;
    private static final int CONNTRACK_LENGTH = 168;
    private static final int CONNTRACK_MATCH_FLAGS = 146;
    private static final int CONNTRACK_INVERT_FLAGS = 148;
    private static final int CONNTRACK_STATE = 150;
    private static final int CONNTRACK_MATCH_STATE = 1;
    private static final int ADDRTYPE_LOCAL = 4;
    private static final int RECENT_LENGTH = 232;
    private static final int RECENT_CHECK = 0x1;
    private static final int RECENT_SET = 0x2;
    private static final int RECENT_REAP = 0x20;
    private static final int RECENT_FLAGS = 8;
    private static final int RECENT_NAME = 10;
    private static final int RECENT_NAME_LENGTH = 200;
    private static final int RECENT_MASK = 212;
    private static final int SCTP_LENGTH = 296;
    private static final int SCTP_CHUNK_FLAGS = 268;
    private static final int SCTP_FLAGS = 284;
    private static final int SCTP_DESTINATION_PORTS = 2;

    /** {@code NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED}. */
    private static final int NAT_ADDRESS_AND_PORT = 3;

    private static final int NAT_FULLY_RANDOM = 0x10;

    /** {@code IPT_ICMP_PORT_UNREACHABLE} and {@code IP6T_ICMP6_PORT_UNREACH}. */
    private static final int REJECT_PORT4 = 3;

    private static final int REJECT_PORT6 = 4;

    private IptInfo() {}

    private static ByteBuffer struct(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    }

    private static NftData done(ByteBuffer struct) {
        return NftData.of(
                Arrays.copyOfRange(
                        struct.array(),
                        struct.arrayOffset(),
                        struct.arrayOffset() + struct.capacity()));
    }

    /** The text, cut where the structure ends. */
    static NftData comment(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return done(
                struct(COMMENT_LENGTH).put(bytes, 0, Math.min(bytes.length, COMMENT_LENGTH - 1)));
    }

    /** The text of a comment. */
    static String commentOf(NftData info) {
        byte[] bytes = info.bytes();
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** The states a connection match wants; 0 when it does not look at states only. */
    static int statesOf(NftData info) {
        if (info.length() < CONNTRACK_LENGTH) {
            return 0;
        }
        ByteBuffer struct = ByteBuffer.wrap(info.bytes()).order(ByteOrder.nativeOrder());
        boolean plain =
                (struct.getShort(CONNTRACK_MATCH_FLAGS) & CONNTRACK_MATCH_STATE) != 0
                        && struct.getShort(CONNTRACK_INVERT_FLAGS) == 0;
        return plain ? struct.getShort(CONNTRACK_STATE) : 0;
    }

    static NftData conntrack(int states, boolean inverted) {
        return done(
                struct(CONNTRACK_LENGTH)
                        .putShort(CONNTRACK_MATCH_FLAGS, (short) CONNTRACK_MATCH_STATE)
                        .putShort(
                                CONNTRACK_INVERT_FLAGS,
                                (short) (inverted ? CONNTRACK_MATCH_STATE : 0))
                        .putShort(CONNTRACK_STATE, (short) states));
    }

    static NftData localSource() {
        return done(struct(8).putShort(0, (short) ADDRTYPE_LOCAL));
    }

    static NftData localDestination() {
        return done(struct(8).putShort(2, (short) ADDRTYPE_LOCAL));
    }

    /** The probability as Go prints it, ten decimals, in units of 2^-31. */
    static NftData oneOf(int n) {
        BigDecimal printed =
                BigDecimal.ONE.divide(BigDecimal.valueOf(n), 10, RoundingMode.HALF_EVEN);
        long units =
                printed.multiply(BigDecimal.valueOf(1L << 31))
                        .setScale(0, RoundingMode.HALF_UP)
                        .longValueExact();
        return done(struct(24).putInt(4, (int) units));
    }

    static NftData recentCheck(String name, int seconds) {
        return recent(name, seconds, RECENT_CHECK | RECENT_REAP);
    }

    static NftData recentSet(String name) {
        return recent(name, 0, RECENT_SET);
    }

    private static NftData recent(String name, int seconds, int flags) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer struct = struct(RECENT_LENGTH);
        struct.putInt(0, seconds).put(RECENT_FLAGS, (byte) flags);
        struct.put(RECENT_NAME, text, 0, Math.min(text.length, RECENT_NAME_LENGTH - 1));
        for (int i = 0; i < 16; i++) {
            struct.put(RECENT_MASK + i, (byte) 0xff);
        }
        return done(struct);
    }

    /** A named counter; the pointer behind the name is the kernel's. */
    static NftData counter(String name) {
        return done(struct(40).put(name.getBytes(StandardCharsets.UTF_8)));
    }

    /** TCP or UDP with any ports. */
    static NftData anyPorts() {
        return done(struct(16).putShort(2, (short) 0xffff).putShort(6, (short) 0xffff));
    }

    /** SCTP with any ports. */
    static NftData sctp() {
        return done(sctpStruct());
    }

    /** SCTP to one port. */
    static NftData sctp(int port) {
        return done(
                sctpStruct()
                        .putShort(0, (short) port)
                        .putShort(2, (short) port)
                        .putInt(SCTP_FLAGS, SCTP_DESTINATION_PORTS));
    }

    private static ByteBuffer sctpStruct() {
        ByteBuffer struct = struct(SCTP_LENGTH);
        for (int i = 0; i < 4; i++) {
            struct.put(SCTP_CHUNK_FLAGS + 3 * i, (byte) 0xff);
        }
        return struct;
    }

    static NftData mark(int mark, int mask) {
        return done(struct(8).putInt(mark).putInt(mask));
    }

    static NftData masquerade(IpFamily family) {
        return family == IpFamily.IPV4
                ? done(struct(24).putInt(1).putInt(NAT_FULLY_RANDOM))
                : done(struct(40).putInt(NAT_FULLY_RANDOM));
    }

    /** Addresses and ports are in network order. */
    static NftData dnat(IpAddress ip, int port) {
        byte[] address = ip.bytes();
        ByteBuffer struct = struct(48).putInt(0, NAT_ADDRESS_AND_PORT);
        struct.put(4, address).put(20, address);
        for (int at : new int[] {36, 38}) {
            struct.put(at, (byte) (port >>> 8)).put(at + 1, (byte) port);
        }
        return done(struct);
    }

    static NftData reject(IpFamily family) {
        return done(struct(8).putInt(family == IpFamily.IPV4 ? REJECT_PORT4 : REJECT_PORT6));
    }
}
