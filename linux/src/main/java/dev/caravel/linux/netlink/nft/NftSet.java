package dev.caravel.linux.netlink.nft;

import java.util.List;

/**
 * A named set or map without its elements.
 *
 * @param key fields of the key; several make a concatenation
 * @param value fields of the data, empty for a set and for a verdict map
 * @param verdicts true for a verdict map
 * @param timeoutMillis how long an element lives by default, 0 for ever
 * @param dynamic true when rules add elements
 * @param size largest number of elements, 0 for no limit
 * @param comment shown by listings, empty for none
 */
public record NftSet(
        String name,
        List<NftField> key,
        List<NftField> value,
        boolean verdicts,
        long timeoutMillis,
        boolean dynamic,
        int size,
        String comment) {
    public NftSet {
        key = List.copyOf(key);
        value = List.copyOf(value);
        if (key.isEmpty() || (verdicts && !value.isEmpty())) {
            throw new IllegalArgumentException("set " + name + ": " + key + " to " + value);
        }
    }

    /** A set. */
    public static NftSet set(String name, List<NftField> key, String comment) {
        return new NftSet(name, key, List.of(), false, 0, false, 0, comment);
    }

    /** A map to verdicts. */
    public static NftSet verdictMap(String name, List<NftField> key, String comment) {
        return new NftSet(name, key, List.of(), true, 0, false, 0, comment);
    }

    /** A map to data. */
    public static NftSet map(
            String name, List<NftField> key, List<NftField> value, String comment) {
        return new NftSet(name, key, value, false, 0, false, 0, comment);
    }

    /** A set that rules fill and whose elements expire. */
    public static NftSet expiring(String name, NftField key, long timeoutMillis, int size) {
        return new NftSet(name, List.of(key), List.of(), false, timeoutMillis, true, size, "");
    }

    /** Whether elements carry data or a verdict. */
    public boolean isMap() {
        return verdicts || !value.isEmpty();
    }

    /**
     * Whether elements and rules made for the one fit the other. The kernel changes timeouts and
     * comments of an existing set, nothing else.
     */
    public boolean sameShape(NftSet other) {
        return name.equals(other.name)
                && key.equals(other.key)
                && value.equals(other.value)
                && verdicts == other.verdicts
                && dynamic == other.dynamic
                && (timeoutMillis > 0) == (other.timeoutMillis > 0);
    }

    /** Length of a key in bytes as it lies in registers. */
    public int keyLength() {
        return length(key);
    }

    static int length(List<NftField> fields) {
        int sum = 0;
        for (NftField field : fields) {
            sum += fields.size() == 1 ? field.length() : field.paddedLength();
        }
        return sum;
    }

    @Override
    public String toString() {
        return name;
    }
}
