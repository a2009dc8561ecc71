package dev.caravel.proxy.apply;

import dev.caravel.linux.netlink.nft.KernelRule;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftElement;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftSet;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.Nftables;
import dev.caravel.proxy.compile.Ownership;
import dev.caravel.proxy.compile.Ruleset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads back what the kernel holds of our table. Chains and sets that are neither ours nor Go's
 * kube-proxy's are left out, and so never touched.
 */
final class KernelImage {
    private KernelImage() {}

    /** Chains with their rules, and sets without their elements. */
    static Ruleset structure(Nftables nft, NftTable table) throws IOException {
        Ruleset image = new Ruleset();
        Map<String, List<NftRule>> rules = new HashMap<>();
        for (KernelRule rule : nft.rules(table)) {
            rules.computeIfAbsent(rule.chain(), name -> new ArrayList<>()).add(rule.rule());
        }
        for (NftChain chain : nft.chains(table)) {
            if (Ownership.ownsChain(chain.name())) {
                image.chain(chain, rules.getOrDefault(chain.name(), List.of()));
            }
        }
        for (NftSet set : nft.sets(table)) {
            if (Ownership.ownsSet(set.name())) {
                image.set(set);
            }
        }
        return image;
    }

    /** The elements of one set by key; none of a set that rules fill. */
    static Map<NftData, NftElement> elements(Nftables nft, NftTable table, NftSet set)
            throws IOException {
        Map<NftData, NftElement> found = new HashMap<>();
        if (!set.dynamic()) {
            for (NftElement element : nft.elements(table, set)) {
                found.put(element.key(), element);
            }
        }
        return found;
    }
}
