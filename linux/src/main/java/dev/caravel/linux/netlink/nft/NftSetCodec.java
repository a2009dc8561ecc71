package dev.caravel.linux.netlink.nft;

import java.util.ArrayList;
import java.util.List;

/** Numbers that describe the shape of a set. */
final class NftSetCodec {
    static final int VERDICT_TYPE = 0xffffff00;
    static final int FLAG_ANONYMOUS = 0x1;
    private static final int FLAG_MAP = 0x8;
    private static final int FLAG_TIMEOUT = 0x10;
    private static final int FLAG_DYNAMIC = 0x20;
    private static final int TYPE_BITS = 6;

    private NftSetCodec() {}

    static int flags(NftSet set) {
        return (set.isMap() ? FLAG_MAP : 0)
                | (set.timeoutMillis() > 0 ? FLAG_TIMEOUT : 0)
                | (set.dynamic() ? FLAG_DYNAMIC : 0);
    }

    /** The nft program's number of a type or concatenation: six bits each, the last one lowest. */
    static int typeNumber(List<NftField> fields) {
        int number = 0;
        for (NftField field : fields) {
            number = (number << TYPE_BITS) | field.number();
        }
        return number;
    }

    static List<NftField> fields(int typeNumber) {
        List<NftField> fields = new ArrayList<>();
        for (int rest = typeNumber; rest != 0; rest >>>= TYPE_BITS) {
            fields.addFirst(NftField.of(rest & ((1 << TYPE_BITS) - 1)));
        }
        return fields;
    }

    /** The record of what the kernel describes. */
    static NftSet decode(
            String name,
            int flags,
            int keyType,
            int dataType,
            long timeout,
            int size,
            String comment) {
        boolean verdicts = (flags & FLAG_MAP) != 0 && dataType == VERDICT_TYPE;
        List<NftField> value = (flags & FLAG_MAP) != 0 && !verdicts ? fields(dataType) : List.of();
        return new NftSet(
                name,
                fields(keyType),
                value,
                verdicts,
                timeout,
                (flags & FLAG_DYNAMIC) != 0,
                size,
                comment);
    }
}
