package dev.caravel.proxy.apply;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import dev.caravel.proxy.compile.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chains and sets that have been emptied and wait for their deletion. Kernels before 6.2 hold on to
 * a chain for a moment after the last map element that led to it has gone.
 */
final class Retired {
    /** What a deletion takes away. */
    record Garbage(Set<String> chains, Set<String> sets) {
        NftTransaction deletion(NftTable table) {
            List<NftOp> ops = new ArrayList<>();
            chains.forEach(chain -> ops.add(new NftOp.DeleteChain(table, chain)));
            sets.forEach(set -> ops.add(new NftOp.DeleteSet(table, set)));
            return new NftTransaction(ops);
        }
    }

    /** How long an old kernel may still need a chain. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final Ticks ticks;
    private final Set<String> chains = new LinkedHashSet<>();
    private final Set<String> sets = new LinkedHashSet<>();
    private long newest;

    Retired(Ticks ticks) {
        this.ticks = ticks;
    }

    /** Adds what a transaction emptied, takes out what it needs again. */
    void add(Steps steps) {
        chains.removeAll(steps.addedChains());
        sets.removeAll(steps.addedSets());
        chains.addAll(steps.retiredChains());
        sets.addAll(steps.retiredSets());
        newest = ticks.nanos();
    }

    void clear() {
        chains.clear();
        sets.clear();
    }

    /** Whether something waits and has waited long enough. */
    boolean due() {
        return !(chains.isEmpty() && sets.isEmpty()) && ticks.nanos() - newest >= REST.toNanos();
    }

    /** Hands over what waits. */
    Garbage take() {
        Garbage garbage = new Garbage(Set.copyOf(chains), Set.copyOf(sets));
        clear();
        return garbage;
    }
}
