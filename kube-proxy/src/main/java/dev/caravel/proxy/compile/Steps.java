package dev.caravel.proxy.compile;

import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftElement;
import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftSet;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the steps of one transaction from many services and puts them in the order the kernel
 * needs: sets, chains, rules, then elements away, then elements in, set by set so that they share
 * messages. Chains and sets nobody needs any more are only emptied here; kernels before 6.2 refuse
 * to delete a chain in the transaction that removes the last element leading to it.
 */
public final class Steps {
    private final NftTable table;
    private final ElementCounts counts;
    private final List<NftOp> sets = new ArrayList<>();
    private final List<NftOp> chains = new ArrayList<>();
    private final List<NftOp> rules = new ArrayList<>();
    private final Map<String, List<NftOp>> removals = new LinkedHashMap<>();
    private final Map<String, List<NftOp>> additions = new LinkedHashMap<>();
    private final Set<String> addedChains = new LinkedHashSet<>();
    private final Set<String> addedSets = new LinkedHashSet<>();
    private final Set<String> retiredChains = new LinkedHashSet<>();
    private final Set<String> emptied = new LinkedHashSet<>();
    private final Set<String> retiredSets = new LinkedHashSet<>();

    /**
     * Steps in {@code table}.
     *
     * @param counts how many services need each element of counted sets
     */
    public Steps(NftTable table, ElementCounts counts) {
        this.table = table;
        this.counts = counts;
    }

    void addSet(NftSet set) {
        sets.add(new NftOp.AddSet(table, set));
        addedSets.add(set.name());
        retiredSets.remove(set.name());
    }

    /** The set goes once no rule looks into it any more. */
    void retireSet(String name) {
        retiredSets.add(name);
    }

    /** Adds a chain without rules. */
    public void addChain(NftChain chain) {
        chains.add(new NftOp.AddChain(table, chain));
        addedChains.add(chain.name());
        emptied.remove(chain.name());
        if (retiredChains.remove(chain.name())) {
            // One service let go of it and another one takes it: its rules are still there.
            flushChain(chain.name());
        }
    }

    /** A base chain cannot be moved to another hook or priority, only be made anew. */
    void replaceChain(NftChain chain) {
        chains.add(new NftOp.DeleteChain(table, chain.name()));
        chains.add(new NftOp.AddChain(table, chain));
    }

    /** Empties a chain. */
    public void flushChain(String name) {
        rules.add(new NftOp.FlushChain(table, name));
    }

    /** Appends rules to a chain. */
    public void addRules(String chain, List<NftRule> more) {
        for (NftRule rule : more) {
            rules.add(new NftOp.AddRule(table, chain, rule));
        }
    }

    /** The chain goes once nothing leads to it any more; it is empty from now on. */
    public void retireChain(String name) {
        retiredChains.add(name);
        emptied.add(name);
    }

    /** The same for a chain that is empty already. */
    void retireEmptyChain(String name) {
        retiredChains.add(name);
    }

    void addElement(String set, NftElement element) {
        if (!Layout.counted(set) || counts.acquire(set, element.key())) {
            additions
                    .computeIfAbsent(set, name -> new ArrayList<>())
                    .add(new NftOp.AddElement(table, set, element));
        }
    }

    void removeElement(String set, NftData key) {
        if (!Layout.counted(set) || counts.release(set, key)) {
            removals.computeIfAbsent(set, name -> new ArrayList<>())
                    .add(new NftOp.DeleteElement(table, set, key));
        }
    }

    /** Chains that are made, or needed again. */
    public Set<String> addedChains() {
        return addedChains;
    }

    /** Sets that are made, or needed again. */
    public Set<String> addedSets() {
        return addedSets;
    }

    /** Chains that were emptied and wait for their deletion. */
    public Set<String> retiredChains() {
        return retiredChains;
    }

    /** Sets that nothing uses any more and that wait for their deletion. */
    public Set<String> retiredSets() {
        return retiredSets;
    }

    /** The steps in order. */
    public NftTransaction transaction() {
        List<NftOp> all = new ArrayList<>(sets);
        all.addAll(chains);
        all.addAll(rules);
        removals.values().forEach(all::addAll);
        additions.values().forEach(all::addAll);
        for (String chain : emptied) {
            all.add(new NftOp.FlushChain(table, chain));
        }
        return new NftTransaction(all);
    }
}
