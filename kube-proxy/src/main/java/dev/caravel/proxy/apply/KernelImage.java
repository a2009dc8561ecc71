package dev.caravel.proxy.apply;

import dev.caravel.linux.netlink.nft.KernelRule;
import dev.caravel.linux.netlink.nft.NftChain;
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

    /** The table as a ruleset; empty when the table does not exist. */
    static Ruleset read(Nftables nft, NftTable table) throws IOException {
        Ruleset image = new Ruleset();
        if (!nft.exists(table)) {
            return image;
        }
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
                if (!set.dynamic()) {
                    for (NftElement element : nft.elements(table, set)) {
                        image.element(set.name(), element);
                    }
                }
            }
        }
        return image;
    }
}
