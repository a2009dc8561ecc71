package dev.caravel.linux.netlink.nft;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a base chain is called from.
 *
 * @param type {@code filter}, {@code nat} or {@code route}
 * @param priority chains of lower numbers come first
 */
public record NftHook(String type, Point point, int priority) {
    /** The points of a packet's way, in the kernel's numbering. */
    public enum Point {
        PREROUTING(0),
        INPUT(1),
        FORWARD(2),
        OUTPUT(3),
        POSTROUTING(4);

        private final int number;

        Point(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static Optional<Point> of(int number) {
            for (Point point : values()) {
                if (point.number == number) {
                    return Optional.of(point);
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "type "
                + type
                + " hook "
                + point.name().toLowerCase(Locale.ROOT)
                + " priority "
                + priority;
    }
}
