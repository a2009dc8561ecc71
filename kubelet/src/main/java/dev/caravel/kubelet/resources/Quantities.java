package dev.caravel.kubelet.resources;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads and adds API quantities. A missing quantity or list counts as zero. Rounding is upstream's:
 * always up, so that a fraction of a byte or millicore is never lost.
 */
public final class Quantities {
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    private Quantities() {}

    /** The exact number, zero for a missing quantity. */
    public static BigDecimal exact(@Nullable Quantity quantity) {
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }

    /** One entry of a resource list that may be missing as a whole. */
    public static @Nullable Quantity get(@Nullable Map<String, Quantity> list, String name) {
        return list == null ? null : list.get(name);
    }

    /** In whole units (bytes, cores, pieces), rounded up; capped at {@link Long#MAX_VALUE}. */
    public static long value(@Nullable Quantity quantity) {
        return roundedUp(exact(quantity));
    }

    /** In thousandths (millicores), rounded up; capped at {@link Long#MAX_VALUE}. */
    public static long milli(@Nullable Quantity quantity) {
        return milli(exact(quantity));
    }

    /** {@code amount} in thousandths, rounded up. */
    public static long milli(BigDecimal amount) {
        return roundedUp(amount.movePointRight(3));
    }

    /** {@code amount} in whole units, rounded up. */
    public static long value(BigDecimal amount) {
        return roundedUp(amount);
    }

    /** Whether the quantity is missing or zero. */
    public static boolean isZero(@Nullable Quantity quantity) {
        return exact(quantity).signum() == 0;
    }

    /** The exact numbers of a resource list, in its order; a missing list is empty. */
    public static Map<String, BigDecimal> exact(@Nullable Map<String, Quantity> list) {
        Map<String, BigDecimal> amounts = new LinkedHashMap<>();
        if (list != null) {
            list.forEach((name, quantity) -> amounts.put(name, exact(quantity)));
        }
        return amounts;
    }

    /** Adds every amount of {@code more} to {@code sums}. */
    static void addInto(Map<String, BigDecimal> sums, Map<String, BigDecimal> more) {
        more.forEach((name, amount) -> sums.merge(name, amount, BigDecimal::add));
    }

    /** Raises every amount of {@code maxima} to that of {@code other} where that is greater. */
    static void maxInto(Map<String, BigDecimal> maxima, Map<String, BigDecimal> other) {
        other.forEach((name, amount) -> maxima.merge(name, amount, BigDecimal::max));
    }

    /** A list to add into, sorted by name so that iterating is the same everywhere. */
    static Map<String, BigDecimal> newSums() {
        return new TreeMap<>();
    }

    /** Bytes in the greatest binary unit that needs no fraction, as the API server writes them. */
    public static Quantity ofBytes(long bytes) {
        int unit = 0;
        long amount = bytes;
        while (unit < BINARY.length - 1 && amount != 0 && amount % 1024 == 0) {
            amount /= 1024;
            unit++;
        }
        return new Quantity(Long.toString(amount), BINARY[unit]);
    }

    /** Thousandths, as whole units where they are, as the API server writes them. */
    public static Quantity ofMilli(long milli) {
        return milli % 1000 == 0
                ? new Quantity(Long.toString(milli / 1000))
                : new Quantity(Long.toString(milli), "m");
    }

    private static long roundedUp(BigDecimal amount) {
        BigDecimal whole = amount.setScale(0, RoundingMode.CEILING);
        return whole.compareTo(MAX) >= 0 ? Long.MAX_VALUE : whole.longValue();
    }
}
