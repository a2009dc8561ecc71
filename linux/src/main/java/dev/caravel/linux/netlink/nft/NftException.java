package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.sys.Errno;
import java.io.IOException;
import java.util.List;

/**
 * The kernel refused a transaction; nothing of it has taken effect. The message names the first
 * step that failed.
 */
public final class NftException extends IOException {
    private final Errno errno;
    private final transient List<String> failures;

    /**
     * A refusal.
     *
     * @param errno the first error
     * @param failures one text for each step the kernel complained about, at least one
     */
    public NftException(Errno errno, List<String> failures) {
        super(
                failures.getFirst()
                        + (failures.size() > 1 ? " (and " + (failures.size() - 1) + " more)" : ""));
        this.errno = errno;
        this.failures = List.copyOf(failures);
    }

    /** The first error. */
    public Errno errno() {
        return errno;
    }

    /** Step and answer of everything the kernel complained about. */
    public List<String> failures() {
        return failures;
    }

    /**
     * Whether others have changed the ruleset since the generation the transaction was made for.
     */
    public boolean generationMoved() {
        return errno == Errno.ERESTART;
    }
}
