package dev.caravel.linux.netlink.nft;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The kernel's nf_tables of one network namespace: transactions in, records out. Reading several
 * things is consistent when {@link #generation()} was the same before and after.
 */
public interface Nftables extends AutoCloseable {
    /**
     * Does all steps, or none.
     *
     * @return the handles of rules put at the head of a chain, by the step's position
     * @throws NftException when the kernel refuses
     * @throws IOException when the kernel cannot be asked
     */
    Map<Integer, Long> commit(NftTransaction transaction) throws IOException;

    /**
     * The same, but only if nobody has changed anything since.
     *
     * @param generation as read before
     * @return as {@link #commit}
     * @throws NftException with {@link NftException#generationMoved} when somebody has
     */
    Map<Integer, Long> commitAt(int generation, NftTransaction transaction) throws IOException;

    /** Counts every transaction of anybody in this network namespace. */
    int generation() throws IOException;

    /** Whether the table exists. */
    boolean exists(NftTable table) throws IOException;

    /** The table's chains. */
    List<NftChain> chains(NftTable table) throws IOException;

    /** The table's rules, chain by chain in order. */
    List<KernelRule> rules(NftTable table) throws IOException;

    /** Takes rules one by one, so that a table of any size costs little memory. */
    interface RuleSink {
        /** The table changed while it was read; everything taken so far is void. */
        void restart();

        /** The next rule. */
        void rule(KernelRule rule);
    }

    /** Hands the table's rules, chain by chain in order, to {@code sink}. */
    void rules(NftTable table, RuleSink sink) throws IOException;

    /** The rules of one chain in order. */
    List<KernelRule> rules(NftTable table, String chain) throws IOException;

    /** The table's named sets and maps. */
    List<NftSet> sets(NftTable table) throws IOException;

    /** The elements of a set or map. */
    List<NftElement> elements(NftTable table, NftSet set) throws IOException;

    @Override
    void close();
}
