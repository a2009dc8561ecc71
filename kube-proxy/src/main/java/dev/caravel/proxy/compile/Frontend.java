package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.proxy.table.Protocol;

/**
 * An address and port clients use. A node port has the unspecified address: it means every address
 * of the node.
 */
public record Frontend(IpAddress ip, Protocol protocol, int port) {
    /** The node port of a family. */
    public static Frontend nodePort(IpFamily family, Protocol protocol, int port) {
        return new Frontend(IpAddress.unspecified(family), protocol, port);
    }

    /** Whether this is a node port. */
    public boolean isNodePort() {
        return ip.isUnspecified();
    }

    /** Its key in the maps of frontends. */
    NftData key() {
        if (isNodePort()) {
            return NftData.concat(8).protocol(protocol.number()).port(port).build();
        }
        return NftData.concat(ip.family().addressBytes() + 8)
                .address(ip)
                .protocol(protocol.number())
                .port(port)
                .build();
    }

    /** Its key in the maps of endpoints, with the endpoint's index. */
    NftData key(int index) {
        if (isNodePort()) {
            return NftData.concat(12).protocol(protocol.number()).port(port).host32(index).build();
        }
        return NftData.concat(ip.family().addressBytes() + 12)
                .address(ip)
                .protocol(protocol.number())
                .port(port)
                .host32(index)
                .build();
    }

    @Override
    public String toString() {
        return (isNodePort() ? "node port " + port : ip.withPort(port))
                + "/"
                + protocol.lowerCase();
    }
}
