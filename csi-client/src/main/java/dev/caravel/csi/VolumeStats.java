package dev.caravel.csi;

import java.util.Optional;

/**
 * How full a volume is, as far as the driver tells.
 *
 * @param bytes its space
 * @param inodes its inodes
 */
public record VolumeStats(Optional<Amount> bytes, Optional<Amount> inodes) {

    /** One kind of thing a volume holds. */
    public record Amount(long total, long used, long available) {}
}
