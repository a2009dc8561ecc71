package dev.caravel.linux.netlink.nft;

/**
 * One element of a set or map.
 *
 * @param comment shown by listings, empty for none; cut to what the kernel's readers take
 */
public record NftElement(NftData key, NftValue value, String comment) {
    public NftElement {
        comment = NftUserData.shown(comment);
    }

    /** An element of a set. */
    public static NftElement of(NftData key) {
        return new NftElement(key, NftValue.None.NONE, "");
    }

    /** An element of a map. */
    public static NftElement of(NftData key, NftValue value) {
        return new NftElement(key, value, "");
    }

    @Override
    public String toString() {
        String text = value == NftValue.None.NONE ? key.toString() : key + " : " + value;
        return comment.isEmpty() ? text : text + " comment \"" + comment + "\"";
    }
}
