package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.ip.IpFamily;

/** Types of key and data fields, with the numbers the nft program gives them. */
public enum NftField {
    /** A number without a type of its own, here the index of an endpoint. */
    INDEX(4, 4),
    IPV4_ADDR(7, 4),
    IPV6_ADDR(8, 16),
    INET_PROTO(12, 1),
    INET_SERVICE(13, 2),
    MARK(19, 4);

    private final int number;
    private final int length;

    NftField(int number, int length) {
        this.number = number;
        this.length = length;
    }

    /** The address type of a family. */
    public static NftField address(IpFamily family) {
        return family == IpFamily.IPV4 ? IPV4_ADDR : IPV6_ADDR;
    }

    /** The number listings know the type by. */
    int number() {
        return number;
    }

    /** Length in bytes, without padding. */
    int length() {
        return length;
    }

    /** Length in a concatenation. */
    int paddedLength() {
        return (length + 3) & ~3;
    }

    static NftField of(int number) {
        for (NftField field : values()) {
            if (field.number == number) {
                return field;
            }
        }
        throw new IllegalArgumentException("set key type " + number);
    }
}
