package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftExpr;
import dev.caravel.linux.netlink.nft.NftExpr.Compare.Op;
import dev.caravel.linux.netlink.nft.NftExpr.Payload.Base;
import java.util.Arrays;
import java.util.List;

/**
 * The vocabulary of rules for one address family: where things stand in a packet and which register
 * slots they take. Chosen so that the nft program lists and reloads every rule.
 */
public final class PacketMatch {
    private static final int RTN_LOCAL = 2;
    private static final int CT_STATE_NEW = 8;
    private static final int CT_STATUS_DNAT = 0x20;
    private static final NftData ZERO = NftData.host32(0);
    private static final NftData ALL_BITS = NftData.host32(-1);

    private final IpFamily family;

    /** Matches for one family. */
    public PacketMatch(IpFamily family) {
        this.family = family;
    }

    /** Register slots an address takes. */
    int addressSlots() {
        return family.addressBytes() / 4;
    }

    private int sourceOffset() {
        return family == IpFamily.IPV4 ? 12 : 8;
    }

    private int destinationOffset() {
        return family == IpFamily.IPV4 ? 16 : 24;
    }

    NftExpr source(int into) {
        return new NftExpr.Payload(Base.NETWORK, sourceOffset(), family.addressBytes(), into);
    }

    NftExpr destination(int into) {
        return new NftExpr.Payload(Base.NETWORK, destinationOffset(), family.addressBytes(), into);
    }

    /** Loads the layer 4 protocol. */
    public static NftExpr protocol(int into) {
        return new NftExpr.Meta(NftExpr.MetaKey.L4PROTO, into);
    }

    /** Loads the destination port. */
    public static NftExpr destinationPort(int into) {
        return new NftExpr.Payload(Base.TRANSPORT, 2, 2, into);
    }

    /** Destination address, protocol and port from slot 0 on. */
    List<NftExpr> serviceKey() {
        int next = addressSlots();
        return List.of(destination(0), protocol(next), destinationPort(next + 1));
    }

    /** Protocol and port from slot 0 on. */
    static List<NftExpr> nodePortKey() {
        return List.of(protocol(0), destinationPort(1));
    }

    /** Goes on when the source address lies in the prefix, or does not. */
    public List<NftExpr> source(IpPrefix prefix, boolean inside) {
        return address(sourceOffset(), prefix, inside);
    }

    /** Goes on when the destination address lies in the prefix, or does not. */
    public List<NftExpr> destination(IpPrefix prefix, boolean inside) {
        return address(destinationOffset(), prefix, inside);
    }

    private List<NftExpr> address(int offset, IpPrefix prefix, boolean inside) {
        Op op = inside ? Op.EQ : Op.NEQ;
        byte[] bytes = prefix.base().bytes();
        if (prefix.length() % 8 == 0 && prefix.length() > 0) {
            int whole = prefix.length() / 8;
            return List.of(
                    new NftExpr.Payload(Base.NETWORK, offset, whole, 0),
                    new NftExpr.Compare(0, op, NftData.of(Arrays.copyOf(bytes, whole))));
        }
        byte[] mask = new byte[bytes.length];
        for (int bit = 0; bit < prefix.length(); bit++) {
            mask[bit / 8] |= (byte) (0x80 >>> (bit % 8));
        }
        return List.of(
                new NftExpr.Payload(Base.NETWORK, offset, bytes.length, 0),
                new NftExpr.Bitwise(0, 0, NftData.of(mask), NftData.of(new byte[bytes.length])),
                new NftExpr.Compare(0, op, NftData.of(bytes)));
    }

    /** Goes on for the loopback network, or for all but that. */
    List<NftExpr> destinationLoopback(boolean inside) {
        return destination(
                IpPrefix.literal(family == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128"), inside);
    }

    /** Goes on when the address is one of this host's. */
    static List<NftExpr> localAddress(boolean source) {
        return List.of(
                new NftExpr.AddressType(source, 0),
                new NftExpr.Compare(0, Op.EQ, NftData.host32(RTN_LOCAL)));
    }

    /** Goes on when the destination is in the set. */
    List<NftExpr> destinationIn(String set) {
        return List.of(destination(0), new NftExpr.Lookup(set, 0, false));
    }

    /** Goes on for packets of this node's pods, or for all but those. */
    List<NftExpr> fromLocalPod(LocalDetector detector, boolean inside) {
        Op op = inside ? Op.EQ : Op.NEQ;
        return switch (detector) {
            case LocalDetector.None none ->
                    throw new IllegalArgumentException("no way to tell local pods");
            case LocalDetector.Cidr cidr -> source(cidr.prefix(), inside);
            case LocalDetector.Bridge bridge -> inputInterface(op, bridge.name(), true);
            case LocalDetector.InterfacePrefix prefix -> inputInterface(op, prefix.prefix(), false);
        };
    }

    private static List<NftExpr> inputInterface(Op op, String name, boolean exact) {
        return List.of(
                new NftExpr.Meta(NftExpr.MetaKey.IIFNAME, 0),
                new NftExpr.Compare(0, op, NftData.interfaceName(name, exact)));
    }

    /** Goes on for the first packet of a connection. */
    static List<NftExpr> newConnection() {
        return bits(
                new NftExpr.Conntrack(NftExpr.Conntrack.Key.STATE, 0),
                NftData.host32(CT_STATE_NEW));
    }

    /** Goes on for connections whose destination was rewritten. */
    static List<NftExpr> rewrittenDestination() {
        return bits(
                new NftExpr.Conntrack(NftExpr.Conntrack.Key.STATUS, 0),
                NftData.host32(CT_STATUS_DNAT));
    }

    /** Goes on when any of the mark's bits is set. */
    static List<NftExpr> marked(int mark) {
        return bits(new NftExpr.Meta(NftExpr.MetaKey.MARK, 0), NftData.host32(mark));
    }

    private static List<NftExpr> bits(NftExpr load, NftData mask) {
        return List.of(
                load, new NftExpr.Bitwise(0, 0, mask, ZERO), new NftExpr.Compare(0, Op.NEQ, ZERO));
    }

    /** Sets the bits of the mark. */
    static List<NftExpr> mark(int mark) {
        return List.of(
                new NftExpr.Meta(NftExpr.MetaKey.MARK, 0),
                new NftExpr.Bitwise(0, 0, NftData.host32(~mark), NftData.host32(mark)),
                new NftExpr.MetaSet(NftExpr.MetaKey.MARK, 0));
    }

    /** Turns the bits of the mark round. */
    static List<NftExpr> flipMark(int mark) {
        return List.of(
                new NftExpr.Meta(NftExpr.MetaKey.MARK, 0),
                new NftExpr.Bitwise(0, 0, ALL_BITS, NftData.host32(mark)),
                new NftExpr.MetaSet(NftExpr.MetaKey.MARK, 0));
    }

    /** Source and destination address, protocol and port from slot 0 on. */
    List<NftExpr> connectionKey() {
        int slots = addressSlots();
        return List.of(
                source(0), destination(slots), protocol(2 * slots), destinationPort(2 * slots + 1));
    }

    /** Rewrites the destination to what a map of endpoints left in slot 0. */
    NftExpr toLookedUpEndpoint() {
        return new NftExpr.DestinationNat(family.number(), 0, addressSlots());
    }

    /** Rewrites the destination to a fixed endpoint. */
    List<NftExpr> toEndpoint(IpAddress ip, int port) {
        return List.of(
                new NftExpr.Immediate(0, NftData.of(ip)),
                new NftExpr.Immediate(4, NftData.of((byte) (port >>> 8), (byte) port)),
                new NftExpr.DestinationNat(family.number(), 0, 4));
    }

    /** Port unreachable of the family. */
    NftExpr reject() {
        return new NftExpr.Reject(family == IpFamily.IPV4 ? 3 : 4);
    }
}
