package dev.caravel.linux.netlink.nft;

/** What a set element leads to: nothing in a set, data or a verdict in a map. */
public sealed interface NftValue permits NftData, NftVerdict, NftValue.None {
    /** An element of a set. */
    enum None implements NftValue {
        NONE;

        @Override
        public String toString() {
            return "";
        }
    }
}
