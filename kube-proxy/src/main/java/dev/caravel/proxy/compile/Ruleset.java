package dev.caravel.proxy.compile;

import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftElement;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftSet;
import dev.caravel.linux.netlink.nft.NftValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Part of a table, or all of it: chains with their rules, sets, and elements of sets. What one
 * service adds is a ruleset, so is what the kernel holds. Filled once, then only read.
 */
public final class Ruleset {
    /** A chain with its rules in order. */
    public record Chain(NftChain chain, List<NftRule> rules) {
        public Chain {
            rules = List.copyOf(rules);
        }
    }

    private final Map<String, Chain> chains = new LinkedHashMap<>();
    private final Map<String, NftSet> sets = new LinkedHashMap<>();
    private final Map<String, Map<NftData, NftElement>> elements = new LinkedHashMap<>();
    private final Set<SharedChain> shared = new LinkedHashSet<>();

    /** Adds a chain. */
    public void chain(NftChain chain, List<NftRule> rules) {
        chains.put(chain.name(), new Chain(chain, rules));
    }

    void chain(String name, List<NftRule> rules) {
        chain(NftChain.plain(name), rules);
    }

    /** Adds a set without elements. */
    public void set(NftSet set) {
        sets.put(set.name(), set);
    }

    /** Adds an element; the first one of a key counts. */
    public void element(String set, NftElement element) {
        elements.computeIfAbsent(set, name -> new HashMap<>()).putIfAbsent(element.key(), element);
    }

    void element(String set, NftData key) {
        element(set, NftElement.of(key));
    }

    void element(String set, NftData key, NftValue value) {
        element(set, NftElement.of(key, value));
    }

    /** Notes that a shared chain is needed, and returns its name. */
    String needs(SharedChain chain) {
        shared.add(chain);
        return chain.name();
    }

    /** Adds all of another ruleset. */
    public void addAll(Ruleset other) {
        chains.putAll(other.chains);
        sets.putAll(other.sets);
        shared.addAll(other.shared);
        other.elements.forEach(
                (set, map) -> map.values().forEach(element -> element(set, element)));
    }

    /** The same without the chains the kernel calls: nothing of it is met by a packet. */
    public Ruleset withoutBaseChains() {
        Ruleset inert = new Ruleset();
        inert.addAll(this);
        inert.chains.values().removeIf(chain -> chain.chain().hook().isPresent());
        return inert;
    }

    /** The chains by name. */
    public Map<String, Chain> chains() {
        return chains;
    }

    /** The sets by name. */
    public Map<String, NftSet> sets() {
        return sets;
    }

    /** The elements of a set by key. */
    public Map<NftData, NftElement> elements(String set) {
        return elements.getOrDefault(set, Map.of());
    }

    /** The sets elements are given for. */
    public Set<String> setsWithElements() {
        return elements.keySet();
    }

    /** The shared chains the elements lead to, with those they go to themselves. */
    public Set<SharedChain> sharedChains() {
        Set<SharedChain> all = new LinkedHashSet<>();
        for (SharedChain chain : shared) {
            all.addAll(SharedChains.needed(chain));
            all.add(chain);
        }
        return all;
    }

    /** Number of elements of all sets. */
    public int elementCount() {
        return elements.values().stream().mapToInt(Map::size).sum();
    }

    /** Number of rules of all chains. */
    public int ruleCount() {
        return chains.values().stream().mapToInt(chain -> chain.rules().size()).sum();
    }

    /** Everything in a stable order, for tests and logs. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        sets.values().forEach(set -> lines.add("set " + set));
        elements.forEach(
                (set, map) -> map.values().forEach(e -> lines.add("element " + set + " " + e)));
        lines.sort(String::compareTo);
        chains.forEach((name, chain) -> {
            lines.add("chain " + chain.chain());
            chain.rules().forEach(rule -> lines.add("  " + rule));
        });
        sharedChains().forEach(chain -> lines.add("shared " + chain));
        return String.join("\n", lines) + "\n";
    }
}
