package dev.caravel.linux.cgroup;

/** Sizes of huge pages as the file names of the hugetlb controller spell them. */
final class HugePageName {
    private static final long KI = 1024;

    private HugePageName() {}

    /** 2097152 is {@code 2MB}, 1073741824 is {@code 1GB} (mm/hugetlb_cgroup.c, mem_fmt). */
    static String of(long bytes) {
        if (bytes >= KI * KI * KI) {
            return bytes / (KI * KI * KI) + "GB";
        }
        if (bytes >= KI * KI) {
            return bytes / (KI * KI) + "MB";
        }
        return bytes / KI + "KB";
    }
}
