package dev.caravel.proxy.cleanup;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import dev.caravel.linux.netlink.nft.Nftables;
import dev.caravel.proxy.compile.Layout;
import java.io.IOException;
import java.util.List;

/** Removes the tables of the nftables mode, ours or Go's. */
public final class NftablesCleanup {
    private NftablesCleanup() {}

    /** Removes both families' tables; missing ones are fine. */
    public static void run(Nftables nft) throws IOException {
        for (IpFamily family : IpFamily.values()) {
            NftTable table = Layout.table(family);
            if (nft.exists(table)) {
                nft.commit(new NftTransaction(List.of(new NftOp.DeleteTable(table))));
            }
        }
    }
}
