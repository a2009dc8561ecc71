package dev.caravel.proxy.apply;

import dev.caravel.linux.netlink.nft.NftException;
import dev.caravel.linux.netlink.nft.NftTransaction;
import dev.caravel.linux.netlink.nft.Nftables;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * nf_tables as used by both address families of this process. Counts what others change: the kernel
 * numbers every transaction, so a number that is not ours plus one means somebody else wrote.
 */
public final class SharedNftables implements AutoCloseable {
    private final Nftables nft;
    private final ReentrantLock lock = new ReentrantLock();
    private int expected;
    private long foreignChanges;

    /** Takes over {@code nft} and the generation it is at. */
    public SharedNftables(Nftables nft) throws IOException {
        this.nft = nft;
        this.expected = nft.generation();
    }

    /** For reading. */
    public Nftables reader() {
        return nft;
    }

    /**
     * Commits whatever others have done meanwhile; that is only counted.
     *
     * @return the handles of rules put at the head of a chain, by the step's position
     * @throws NftException when the kernel refuses
     */
    public Map<Integer, Long> commit(NftTransaction transaction) throws IOException {
        if (transaction.isEmpty()) {
            return Map.of();
        }
        lock.lock();
        try {
            try {
                Map<Integer, Long> handles = nft.commitAt(expected, transaction);
                expected++;
                if (expected == 0) {
                    // The kernel's counter skips zero.
                    expected = 1;
                }
                return handles;
            } catch (NftException e) {
                if (!e.generationMoved()) {
                    throw e;
                }
                foreignChanges++;
                Map<Integer, Long> handles = nft.commit(transaction);
                expected = nft.generation();
                return handles;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * How often others were seen to have changed something, asking the kernel once more. Their
     * changes need not have touched our tables.
     */
    public long foreignChanges() throws IOException {
        lock.lock();
        try {
            int now = nft.generation();
            if (now != expected) {
                foreignChanges++;
                expected = now;
            }
            return foreignChanges;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        nft.close();
    }
}
