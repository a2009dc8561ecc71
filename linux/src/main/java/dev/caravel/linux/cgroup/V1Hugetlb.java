package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Controller {@code hugetlb}; the two versions differ in the end of the file names only. */
final class V1Hugetlb {
    /** Ends of the files' names in cgroup v1. */
    static final String V1_SUFFIX = ".limit_in_bytes";

    /** Ends of the files' names in cgroup v2. */
    static final String V2_SUFFIX = ".max";

    private V1Hugetlb() {}

    /**
     * Limits every page size of the node, those not asked for to nothing.
     *
     * @param pageSizes all sizes of this node in bytes
     */
    static void set(Path directory, CgroupLimits limits, List<Long> pageSizes, String suffix)
            throws IOException {
        if (limits.hugetlbBytes().isEmpty()) {
            return;
        }
        Map<Long, Long> wanted = limits.hugetlbBytes().get();
        for (long size : pageSizes) {
            String prefix = "hugetlb." + HugePageName.of(size);
            long bytes = wanted.getOrDefault(size, 0L);
            CgroupWriter.write(directory, prefix + suffix, bytes);
            // Reservations are limited since Linux 5.7.
            String reserved = prefix + ".rsvd" + suffix;
            if (directory.resolve(reserved).toFile().exists()) {
                CgroupWriter.write(directory, reserved, bytes);
            }
        }
    }
}
