package dev.caravel.linux.netlink.nft;

import dev.caravel.linux.ip.IpFamily;

/** A table by family and name; what all other objects live in. */
public record NftTable(IpFamily family, String name) {
    @Override
    public String toString() {
        return (family == IpFamily.IPV4 ? "ip " : "ip6 ") + name;
    }
}
