package dev.caravel.linux.mount;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Options of a tmpfs (tmpfs(5)).
 *
 * @param sizeBytes limit; empty leaves the kernel's default of half the memory
 * @param mode permission bits of its root, e.g. 0777
 * @param noswap keep its pages out of swap; callers ask {@link Mounts#tmpfsNoswapSupported()} first
 * @param seLinuxContext label of all its files
 */
public record TmpfsOptions(
        OptionalLong sizeBytes, int mode, boolean noswap, Optional<String> seLinuxContext) {
    public TmpfsOptions {
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "tmpfs size " + sizeBytes.getAsLong() + " is below 0");
        }
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException(
                    "tmpfs mode " + Integer.toOctalString(mode) + " has bits beyond 7777");
        }
    }

    /** The option text of mount(2). */
    String data() {
        StringBuilder text = new StringBuilder("mode=").append(Integer.toOctalString(mode));
        // size=0 would mean "no limit" to the kernel; the smallest real limit is one page.
        sizeBytes.ifPresent(size -> text.append(",size=").append(Math.max(size, 1)));
        if (noswap) {
            text.append(",noswap");
        }
        seLinuxContext.ifPresent(context -> text.append(",context=\"").append(context).append('"'));
        return text.toString();
    }
}
