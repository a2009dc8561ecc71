package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftField;
import dev.caravel.linux.netlink.nft.NftHook;
import dev.caravel.linux.netlink.nft.NftSet;
import dev.caravel.linux.netlink.nft.NftTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Names and shapes of what does not depend on services. What Go's kube-proxy has too carries the
 * same name and shape, so that each can take over from the other; the maps of endpoints are ours.
 */
public final class Layout {
    /** Name of the table, in each family. */
    public static final String TABLE = "kube-proxy";

    /** Comment of the table, as Go has it. */
    public static final String TABLE_COMMENT = "rules for kube-proxy";

    static final String CLUSTER_IPS = "cluster-ips";
    static final String NODEPORT_IPS = "nodeport-ips";
    static final String HAIRPIN = "hairpin-connections";
    static final String SERVICE_IPS = "service-ips";
    static final String SERVICE_NODEPORTS = "service-nodeports";
    static final String NO_ENDPOINT_SERVICES = "no-endpoint-services";
    static final String NO_ENDPOINT_NODEPORTS = "no-endpoint-nodeports";
    static final String FIREWALL_IPS = "firewall-ips";
    static final String ENDPOINTS = "service-endpoints";
    static final String LOCAL_ENDPOINTS = "service-local-endpoints";
    static final String NODEPORT_ENDPOINTS = "nodeport-endpoints";
    static final String NODEPORT_LOCAL_ENDPOINTS = "nodeport-local-endpoints";

    static final String SERVICES = "services";
    static final String MASQUERADING = "masquerading";
    static final String REJECT = "reject-chain";
    static final String CLUSTER_IPS_CHECK = "cluster-ips-check";
    static final String SERVICE_ENDPOINTS_CHECK = "service-endpoints-check";
    static final String NODEPORT_ENDPOINTS_CHECK = "nodeport-endpoints-check";
    static final String FIREWALL_CHECK = "firewall-check";

    static final String FILTER_PREROUTING = "filter-prerouting-pre-dnat";
    static final String FILTER_OUTPUT_PRE = "filter-output-pre-dnat";
    static final String FILTER_INPUT = "filter-input";
    static final String FILTER_FORWARD = "filter-forward";
    static final String FILTER_OUTPUT = "filter-output";
    static final String NAT_PREROUTING = "nat-prerouting";
    static final String NAT_OUTPUT = "nat-output";
    static final String NAT_POSTROUTING = "nat-postrouting";

    private static final int DSTNAT = -100;
    private static final int SRCNAT = 100;

    private Layout() {}

    /** The table of a family. */
    public static NftTable table(IpFamily family) {
        return new NftTable(family, TABLE);
    }

    /** Whether several services may need the same element of the set. */
    public static boolean counted(String set) {
        return set.equals(CLUSTER_IPS) || set.equals(HAIRPIN);
    }

    private static final String LOCAL_COMMENT = "those of them on this node, where only they count";

    static List<NftChain> baseChains() {
        return List.of(
                NftChain.base(FILTER_PREROUTING, "filter", NftHook.Point.PREROUTING, DSTNAT - 10),
                NftChain.base(FILTER_OUTPUT_PRE, "filter", NftHook.Point.OUTPUT, DSTNAT - 10),
                NftChain.base(FILTER_INPUT, "filter", NftHook.Point.INPUT, 0),
                NftChain.base(FILTER_FORWARD, "filter", NftHook.Point.FORWARD, 0),
                NftChain.base(FILTER_OUTPUT, "filter", NftHook.Point.OUTPUT, 0),
                NftChain.base(NAT_PREROUTING, "nat", NftHook.Point.PREROUTING, DSTNAT),
                NftChain.base(NAT_OUTPUT, "nat", NftHook.Point.OUTPUT, DSTNAT),
                NftChain.base(NAT_POSTROUTING, "nat", NftHook.Point.POSTROUTING, SRCNAT));
    }

    static List<NftSet> sets(IpFamily family, boolean nodePortIps) {
        List<NftSet> sets = new ArrayList<>(frontends(NftField.address(family)));
        sets.addAll(endpoints(NftField.address(family)));
        if (nodePortIps) {
            sets.add(
                    NftSet.set(
                            NODEPORT_IPS,
                            List.of(NftField.address(family)),
                            "IPs that accept NodePort traffic"));
        }
        return sets;
    }

    private static List<NftSet> frontends(NftField address) {
        List<NftField> service = List.of(address, NftField.INET_PROTO, NftField.INET_SERVICE);
        List<NftField> nodePort = List.of(NftField.INET_PROTO, NftField.INET_SERVICE);
        return List.of(
                NftSet.set(CLUSTER_IPS, List.of(address), "Active ClusterIPs"),
                NftSet.verdictMap(
                        SERVICE_IPS, service, "ClusterIP, ExternalIP and LoadBalancer IP traffic"),
                NftSet.verdictMap(SERVICE_NODEPORTS, nodePort, "NodePort traffic"),
                NftSet.verdictMap(
                        NO_ENDPOINT_SERVICES,
                        service,
                        "vmap to drop or reject packets to services with no endpoints"),
                NftSet.verdictMap(
                        NO_ENDPOINT_NODEPORTS,
                        nodePort,
                        "vmap to drop or reject packets to service nodeports with no endpoints"),
                NftSet.verdictMap(
                        FIREWALL_IPS,
                        service,
                        "destinations that are subject to LoadBalancerSourceRanges"));
    }

    private static List<NftSet> endpoints(NftField address) {
        List<NftField> service =
                List.of(address, NftField.INET_PROTO, NftField.INET_SERVICE, NftField.INDEX);
        List<NftField> nodePort =
                List.of(NftField.INET_PROTO, NftField.INET_SERVICE, NftField.INDEX);
        List<NftField> endpoint = List.of(address, NftField.INET_SERVICE);
        return List.of(
                NftSet.set(
                        HAIRPIN,
                        List.of(address, address, NftField.INET_PROTO, NftField.INET_SERVICE),
                        "service hairpin connections"),
                NftSet.map(ENDPOINTS, service, endpoint, "endpoints of each service address"),
                NftSet.map(LOCAL_ENDPOINTS, service, endpoint, LOCAL_COMMENT),
                NftSet.map(NODEPORT_ENDPOINTS, nodePort, endpoint, "endpoints of each node port"),
                NftSet.map(NODEPORT_LOCAL_ENDPOINTS, nodePort, endpoint, LOCAL_COMMENT));
    }
}
