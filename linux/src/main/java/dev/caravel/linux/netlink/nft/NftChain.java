package dev.caravel.linux.netlink.nft;

import java.util.Optional;

/**
 * A chain without its rules.
 *
 * @param hook present for a base chain
 * @param comment shown by listings, empty for none
 */
public record NftChain(String name, Optional<NftHook> hook, String comment) {
    /** A chain that other chains go to. */
    public static NftChain plain(String name) {
        return new NftChain(name, Optional.empty(), "");
    }

    /** A chain the kernel calls. */
    public static NftChain base(String name, String type, NftHook.Point point, int priority) {
        return new NftChain(name, Optional.of(new NftHook(type, point, priority)), "");
    }

    @Override
    public String toString() {
        return name + hook.map(h -> " { " + h + "; }").orElse("");
    }
}
