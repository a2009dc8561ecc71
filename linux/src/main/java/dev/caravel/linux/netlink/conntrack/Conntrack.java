package dev.caravel.linux.netlink.conntrack;

import dev.caravel.linux.ip.IpFamily;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** The connection table of one network namespace. */
public interface Conntrack extends AutoCloseable {
    /** How many deletions came to what. */
    record Deleted(int gone, int refused) {}

    /**
     * Reads the connections of one protocol and keeps what {@code wanted} says. A table that
     * changes while it is read is read up to five times, then the last reading counts.
     *
     * @param protocol layer 4 protocol number
     */
    List<ConntrackEntry> entries(IpFamily family, int protocol, Predicate<ConntrackEntry> wanted)
            throws IOException;

    /**
     * Deletes entries. One that is gone already, or whose tuple belongs to a newer connection, is
     * left alone and counts as gone.
     */
    Deleted delete(List<ConntrackEntry> entries) throws IOException;

    @Override
    void close();
}
