package dev.caravel.proxy.iptables;

import dev.caravel.linux.netlink.nft.NftRule;
import java.util.List;
import java.util.Map;

/**
 * What one service adds.
 *
 * @param chains its own chains in table nat, with their rules
 * @param dispatch its rules in shared chains
 */
record IptRules(Map<String, List<NftRule>> chains, List<IptDispatch> dispatch) {
    /** Nothing. */
    static final IptRules NONE = new IptRules(Map.of(), List.of());

    int count(String table) {
        int own = table.equals("nat") ? chains.values().stream().mapToInt(List::size).sum() : 0;
        return own + (int) dispatch.stream().filter(d -> d.where().table().equals(table)).count();
    }
}
