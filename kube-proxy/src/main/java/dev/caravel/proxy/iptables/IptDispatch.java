package dev.caravel.proxy.iptables;

import dev.caravel.linux.netlink.nft.NftRule;

/**
 * A rule of one service in a chain all services share.
 *
 * @param where the shared chain
 */
record IptDispatch(Where where, NftRule rule) {
    /** The shared chains by table. */
    enum Where {
        NAT_SERVICES("nat", IptNames.SERVICES),
        NAT_NODEPORTS("nat", IptNames.NODEPORTS),
        FILTER_SERVICES("filter", IptNames.SERVICES),
        FILTER_EXTERNAL("filter", IptNames.EXTERNAL_SERVICES),
        FILTER_NODEPORTS("filter", IptNames.NODEPORTS),
        FILTER_FIREWALL("filter", IptNames.PROXY_FIREWALL);

        private final String table;
        private final String chain;

        Where(String table, String chain) {
            this.table = table;
            this.chain = chain;
        }

        String table() {
            return table;
        }

        String chain() {
            return chain;
        }
    }
}
