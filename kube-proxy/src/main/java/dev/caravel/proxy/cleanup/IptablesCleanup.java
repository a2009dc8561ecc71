package dev.caravel.proxy.cleanup;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.nft.KernelRule;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftExpr;
import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import dev.caravel.linux.netlink.nft.NftVerdict;
import dev.caravel.linux.netlink.nft.Nftables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes the rules of the iptables mode as iptables-nft stores them (kube-proxy.md §1.6). What
 * belongs to the kubelet stays. Rules of iptables-legacy live elsewhere in the kernel and are not
 * seen here.
 */
public final class IptablesCleanup {
    private static final Map<String, Set<String>> CHAINS =
            Map.of(
                    "nat",
                    Set.of(
                            "KUBE-SERVICES",
                            "KUBE-NODEPORTS",
                            "KUBE-POSTROUTING",
                            "KUBE-MARK-MASQ",
                            "KUBE-PROXY-CANARY"),
                    "filter",
                    Set.of(
                            "KUBE-SERVICES",
                            "KUBE-EXTERNAL-SERVICES",
                            "KUBE-FORWARD",
                            "KUBE-NODEPORTS",
                            "KUBE-PROXY-FIREWALL",
                            "KUBE-PROXY-CANARY"),
                    "mangle",
                    Set.of("KUBE-PROXY-CANARY"));

    private static final List<String> SERVICE_PREFIXES =
            List.of("KUBE-SVC-", "KUBE-SVL-", "KUBE-SEP-", "KUBE-FW-", "KUBE-EXT-");

    private IptablesCleanup() {}

    /**
     * Removes them in both families.
     *
     * @throws IOException naming what could not be removed, after trying everything
     */
    public static void run(Nftables nft) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            for (String name : CHAINS.keySet()) {
                try {
                    clean(nft, new NftTable(family, name));
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        }
        if (!failures.isEmpty()) {
            IOException first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private static boolean ours(String table, String chain) {
        return CHAINS.getOrDefault(table, Set.of()).contains(chain)
                || (table.equals("nat") && SERVICE_PREFIXES.stream().anyMatch(chain::startsWith));
    }

    private static void clean(Nftables nft, NftTable table) throws IOException {
        if (!nft.exists(table)) {
            return;
        }
        Set<String> chains = new LinkedHashSet<>();
        for (NftChain chain : nft.chains(table)) {
            if (ours(table.name(), chain.name())) {
                chains.add(chain.name());
            }
        }
        if (chains.isEmpty()) {
            return;
        }
        List<NftOp> ops = new ArrayList<>();
        for (KernelRule rule : nft.rules(table)) {
            if (!chains.contains(rule.chain()) && leadsTo(rule, chains)) {
                ops.add(new NftOp.DeleteRule(table, rule.chain(), rule.handle()));
            }
        }
        chains.forEach(chain -> ops.add(new NftOp.FlushChain(table, chain)));
        chains.forEach(chain -> ops.add(new NftOp.DeleteChain(table, chain)));
        nft.commit(new NftTransaction(ops));
    }

    private static boolean leadsTo(KernelRule rule, Set<String> chains) {
        for (NftExpr expression : rule.rule().expressions()) {
            if (expression instanceof NftExpr.Verdict(NftVerdict verdict)
                    && chains.contains(verdict.chain())) {
                return true;
            }
        }
        return false;
    }
}
