package dev.caravel.proxy.apply;

import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import dev.caravel.proxy.compile.Steps;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chains and sets that have been emptied and wait for their deletion. Kernels before 6.2 hold on to
 * a chain for a moment after the last map element that led to it has gone.
 */
public final class Retired {
    /** What a deletion takes away. */
    public record Garbage(Set<String> chains, Set<String> sets) {
        /** Whether there is nothing. */
        public boolean isEmpty() {
            return chains.isEmpty() && sets.isEmpty();
        }

        NftTransaction deletion(NftTable table) {
            List<NftOp> ops = new ArrayList<>();
            chains.forEach(chain -> ops.add(new NftOp.DeleteChain(table, chain)));
            sets.forEach(set -> ops.add(new NftOp.DeleteSet(table, set)));
            return new NftTransaction(ops);
        }
    }

    private final Set<String> chains = new LinkedHashSet<>();
    private final Set<String> sets = new LinkedHashSet<>();

    /** Adds what a transaction emptied, takes out what it needs again. */
    void add(Steps steps) {
        chains.removeAll(steps.addedChains());
        sets.removeAll(steps.addedSets());
        chains.addAll(steps.retiredChains());
        sets.addAll(steps.retiredSets());
    }

    void clear() {
        chains.clear();
        sets.clear();
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return chains.isEmpty() && sets.isEmpty();
    }

    /** Hands over what waits. */
    Garbage take() {
        Garbage garbage = new Garbage(Set.copyOf(chains), Set.copyOf(sets));
        clear();
        return garbage;
    }
}
