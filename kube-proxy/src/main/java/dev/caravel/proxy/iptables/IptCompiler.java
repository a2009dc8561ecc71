package dev.caravel.proxy.iptables;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.compile.LocalDetector;
import dev.caravel.proxy.iptables.IptDispatch.Where;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.EndpointLists;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServicePort;
import dev.caravel.proxy.table.ServiceView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One service to its rules (kube-proxy.md §6.4). Pure. */
final class IptCompiler {
    private static final IpPrefix LOOPBACK = IpPrefix.literal("127.0.0.0/8");

    private final DataplaneSettings settings;
    private final boolean countLocalhost;

    IptCompiler(IptSettings settings) {
        this.settings = settings.dataplane();
        this.countLocalhost =
                settings.counters()
                        && settings.localhostNodePorts()
                        && settings.dataplane().family() == IpFamily.IPV4;
    }

    /**
     * The rules of a service.
     *
     * @param denied frontends that belong to another service and get no rule here
     * @param endpointComments whether rules name the endpoint; large clusters do without
     */
    IptRules compile(ServiceView view, Set<Frontend> denied, boolean endpointComments) {
        Map<String, List<NftRule>> chains = new LinkedHashMap<>();
        List<IptDispatch> dispatch = new ArrayList<>();
        ServiceEntry service = view.service();
        for (int i = 0; i < service.ports().size(); i++) {
            new Port(
                            chains,
                            dispatch,
                            service,
                            service.ports().get(i),
                            view.endpoints().get(i),
                            denied,
                            endpointComments)
                    .compile();
        }
        return new IptRules(chains, dispatch);
    }

    private IptRule rule() {
        return new IptRule(settings.family());
    }

    /** The compilation of one port. */
    private final class Port {
        private final Map<String, List<NftRule>> chains;
        private final List<IptDispatch> dispatch;
        private final ServiceEntry service;
        private final ServicePort port;
        private final EndpointLists lists;
        private final Set<Frontend> denied;
        private final boolean endpointComments;
        private final String name;
        private final String cluster;
        private final String local;
        private final String external;

        Port(
                Map<String, List<NftRule>> chains,
                List<IptDispatch> dispatch,
                ServiceEntry service,
                ServicePort port,
                EndpointLists lists,
                Set<Frontend> denied,
                boolean endpointComments) {
            this.chains = chains;
            this.dispatch = dispatch;
            this.service = service;
            this.port = port;
            this.lists = lists;
            this.denied = denied;
            this.endpointComments = endpointComments;
            this.name = service.portName(port);
            this.cluster = IptNames.cluster(service, port);
            this.local = IptNames.local(service, port);
            this.external = IptNames.external(service, port);
        }

        private boolean denied(IpAddress ip) {
            return denied.contains(new Frontend(ip, port.protocol(), port.port()));
        }

        private boolean internalEndpoints() {
            return service.internalLocal() ? !lists.local().isEmpty() : lists.any();
        }

        private boolean externalEndpoints() {
            return service.externalLocal() ? !lists.local().isEmpty() : lists.any();
        }

        private void add(Where where, NftRule rule) {
            dispatch.add(new IptDispatch(where, rule));
        }

        private IptRule to(IpAddress ip, String comment) {
            return rule().comment(comment).destination(ip).port(port.protocol(), port.port());
        }

        void compile() {
            clusterAddress();
            for (IpAddress ip : service.externalIps()) {
                if (denied(ip)) {
                    continue;
                }
                if (lists.any()) {
                    add(Where.NAT_SERVICES, to(ip, name + " external IP").jump(external));
                }
                if (!externalEndpoints()) {
                    add(Where.FILTER_EXTERNAL, refused(to(ip, noEndpoints())));
                }
            }
            loadBalancer();
            nodePort();
            if (service.healthCheckNodePort() != 0) {
                add(
                        Where.FILTER_NODEPORTS,
                        rule().comment(name + " health check node port")
                                .port(Protocol.TCP, service.healthCheckNodePort())
                                .accept());
            }
            if (lists.any() && service.externallyAccessible(port)) {
                chains.put(external, externalRules());
            }
            if (!lists.cluster().isEmpty()) {
                chains.put(cluster, balance(cluster, lists.cluster()));
            }
            if (!lists.local().isEmpty()) {
                chains.put(local, balance(local, lists.local()));
            }
            for (Endpoint endpoint : lists.reachable()) {
                chains.put(IptNames.endpoint(service, port, endpoint), endpointRules(endpoint));
            }
        }

        private String noEndpoints() {
            return name + (lists.any() ? " has no local endpoints" : " has no endpoints");
        }

        private NftRule refused(IptRule rule) {
            return lists.any() ? rule.drop() : rule.reject();
        }

        private void clusterAddress() {
            if (denied(service.clusterIp())) {
                return;
            }
            if (internalEndpoints()) {
                add(
                        Where.NAT_SERVICES,
                        to(service.clusterIp(), name + " cluster IP")
                                .jump(service.internalLocal() ? local : cluster));
            } else {
                add(Where.FILTER_SERVICES, refused(to(service.clusterIp(), noEndpoints())));
            }
        }

        private void loadBalancer() {
            String firewall = IptNames.firewall(service, port);
            boolean guarded =
                    lists.any()
                            && !service.loadBalancerIps().isEmpty()
                            && !service.sourceRanges().isEmpty();
            for (IpAddress ip : service.loadBalancerIps()) {
                if (denied(ip)) {
                    continue;
                }
                if (lists.any()) {
                    add(
                            Where.NAT_SERVICES,
                            to(ip, name + " loadbalancer IP").jump(guarded ? firewall : external));
                }
                if (guarded) {
                    add(
                            Where.FILTER_FIREWALL,
                            to(ip, name + " traffic not accepted by " + firewall).drop());
                }
                if (!externalEndpoints()) {
                    add(Where.FILTER_EXTERNAL, refused(to(ip, noEndpoints())));
                }
            }
            if (guarded) {
                chains.put(firewall, firewallRules());
            }
        }

        private void nodePort() {
            if (port.nodePort() == 0
                    || denied.contains(
                            Frontend.nodePort(
                                    settings.family(), port.protocol(), port.nodePort()))) {
                return;
            }
            if (lists.any()) {
                add(
                        Where.NAT_NODEPORTS,
                        rule().comment(name).port(port.protocol(), port.nodePort()).jump(external));
                countLocalhost();
            }
            if (!externalEndpoints()) {
                add(
                        Where.FILTER_EXTERNAL,
                        refused(
                                rule().comment(noEndpoints())
                                        .toLocal()
                                        .port(port.protocol(), port.nodePort())));
            }
        }

        /** Comes later in this list because each rule is put before the others. */
        private void countLocalhost() {
            if (countLocalhost) {
                add(
                        Where.NAT_NODEPORTS,
                        rule().comment(name)
                                .destination(LOOPBACK, true)
                                .port(port.protocol(), port.nodePort())
                                .counted(IptSettings.LOCALHOST_ACCEPTED)
                                .jump(external));
            }
        }

        private List<NftRule> externalRules() {
            List<NftRule> rules = new ArrayList<>();
            String destinations = " for " + name + " external destinations";
            if (!service.externalLocal()) {
                rules.add(
                        rule().comment("masquerade traffic" + destinations)
                                .jump(IptNames.MARK_MASQ));
            } else {
                if (settings.detector() != LocalDetector.None.NONE) {
                    rules.add(
                            rule().comment("pod traffic" + destinations)
                                    .local(settings.detector(), true)
                                    .jump(cluster));
                }
                rules.add(
                        rule().comment("masquerade LOCAL traffic" + destinations)
                                .fromLocal()
                                .jump(IptNames.MARK_MASQ));
                rules.add(
                        rule().comment("route LOCAL traffic" + destinations)
                                .fromLocal()
                                .jump(cluster));
            }
            if (externalEndpoints()) {
                rules.add(rule().jump(service.externalLocal() ? local : cluster));
            }
            return rules;
        }

        private List<NftRule> firewallRules() {
            List<IpPrefix> allowed = new ArrayList<>(service.sourceRanges());
            if (settings.nodeIp()
                    .filter(ip -> allowed.stream().anyMatch(range -> range.contains(ip)))
                    .isPresent()) {
                service.loadBalancerIps().forEach(ip -> allowed.add(IpPrefix.single(ip)));
            }
            List<NftRule> rules = new ArrayList<>();
            for (IpPrefix range : allowed) {
                rules.add(
                        rule().comment(name + " loadbalancer IP")
                                .source(range, true)
                                .jump(external));
            }
            rules.add(
                    rule().comment(
                                    "other traffic to "
                                            + name
                                            + " will be dropped by KUBE-PROXY-FIREWALL")
                            .nothing());
            return rules;
        }

        /**
         * Masquerading for the cluster address, known clients, then equal chances. Endpoints come
         * in the order of their text, as in Go.
         */
        private List<NftRule> balance(String chain, List<Endpoint> endpoints) {
            List<Endpoint> list = new ArrayList<>(endpoints);
            list.sort(Comparator.comparing(Endpoint::toString));
            List<NftRule> rules = new ArrayList<>();
            String internal = service.internalLocal() ? local : cluster;
            if (chain.equals(internal) && internalEndpoints()) {
                IptRule clusterIp = to(service.clusterIp(), name + " cluster IP");
                if (settings.masqueradeAll()) {
                    rules.add(clusterIp.jump(IptNames.MARK_MASQ));
                } else if (settings.detector() != LocalDetector.None.NONE) {
                    rules.add(clusterIp.local(settings.detector(), false).jump(IptNames.MARK_MASQ));
                }
            }
            if (service.sticky()) {
                for (Endpoint endpoint : list) {
                    String target = IptNames.endpoint(service, port, endpoint);
                    rules.add(
                            named(endpoint)
                                    .remembered(target, service.affinitySeconds())
                                    .jump(target));
                }
            }
            for (int i = 0; i < list.size(); i++) {
                IptRule rule = named(list.get(i));
                if (i < list.size() - 1) {
                    rule.oneOf(list.size() - i);
                }
                rules.add(rule.jump(IptNames.endpoint(service, port, list.get(i))));
            }
            return rules;
        }

        private IptRule named(Endpoint endpoint) {
            return endpointComments ? rule().comment(name + " -> " + endpoint) : rule();
        }

        private IptRule ofService() {
            return endpointComments ? rule().comment(name) : rule();
        }

        private List<NftRule> endpointRules(Endpoint endpoint) {
            IptRule dnat = ofService();
            if (service.sticky()) {
                dnat.remember(IptNames.endpoint(service, port, endpoint));
            }
            return List.of(
                    ofService()
                            .source(IpPrefix.single(endpoint.ip()), true)
                            .jump(IptNames.MARK_MASQ),
                    dnat.anyPort(port.protocol()).toEndpoint(endpoint.ip(), endpoint.port()));
        }
    }
}
