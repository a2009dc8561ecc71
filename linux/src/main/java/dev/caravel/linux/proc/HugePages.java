package dev.caravel.linux.proc;

/**
 * The pool of huge pages of one size (admin-guide/mm/hugetlbpage.rst).
 *
 * @param pageBytes size of one page
 * @param total pages in the pool
 * @param free pages nobody uses
 */
public record HugePages(long pageBytes, long total, long free) {
    /** Size of the whole pool. */
    public long totalBytes() {
        return pageBytes * total;
    }
}
