package dev.caravel.proxy.iptables;

import dev.caravel.proxy.compile.Base32Hash;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServicePort;
import java.util.List;

/** Names of chains; programs and people look for them (kube-proxy.md §6.1). */
final class IptNames {
    static final String SERVICES = "KUBE-SERVICES";
    static final String EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES";
    static final String NODEPORTS = "KUBE-NODEPORTS";
    static final String POSTROUTING = "KUBE-POSTROUTING";
    static final String MARK_MASQ = "KUBE-MARK-MASQ";
    static final String FORWARD = "KUBE-FORWARD";
    static final String PROXY_FIREWALL = "KUBE-PROXY-FIREWALL";
    static final String FIREWALL = "KUBE-FIREWALL";
    static final String CANARY = "KUBE-PROXY-CANARY";

    private static final List<String> OWN_PREFIXES =
            List.of("KUBE-SVC-", "KUBE-SVL-", "KUBE-SEP-", "KUBE-EXT-", "KUBE-FW-");
    private static final int HASH_CHARS = 16;

    private IptNames() {}

    /** Whether a chain of that name belongs to one service. */
    static boolean isOwn(String chain) {
        return OWN_PREFIXES.stream().anyMatch(chain::startsWith);
    }

    private static String hash(ServiceEntry service, ServicePort port, String more) {
        return Base32Hash.of(
                service.portName(port) + port.protocol().lowerCase() + more, HASH_CHARS);
    }

    static String cluster(ServiceEntry service, ServicePort port) {
        return "KUBE-SVC-" + hash(service, port, "");
    }

    static String local(ServiceEntry service, ServicePort port) {
        return "KUBE-SVL-" + hash(service, port, "");
    }

    static String external(ServiceEntry service, ServicePort port) {
        return "KUBE-EXT-" + hash(service, port, "");
    }

    static String firewall(ServiceEntry service, ServicePort port) {
        return "KUBE-FW-" + hash(service, port, "");
    }

    static String endpoint(ServiceEntry service, ServicePort port, Endpoint endpoint) {
        return "KUBE-SEP-" + hash(service, port, endpoint.toString());
    }
}
