package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftElement;
import dev.caravel.linux.netlink.nft.NftVerdict;
import dev.caravel.proxy.table.Endpoint;
import dev.caravel.proxy.table.EndpointLists;
import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServicePort;
import dev.caravel.proxy.table.ServiceView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One service to its rules: elements of shared maps, and for session affinity and source ranges
 * chains of its own (kube-proxy.md §3.6, §5.6). Pure; never sees another service.
 */
public final class NftCompiler {
    private final DataplaneSettings settings;
    private final OwnChains ownChains;

    /** A compiler for one address family. */
    public NftCompiler(DataplaneSettings settings) {
        this.settings = settings;
        this.ownChains = new OwnChains(settings);
    }

    /** Every address and port the service wants to be reached at. */
    public Set<Frontend> frontends(ServiceEntry service) {
        Set<Frontend> all = new LinkedHashSet<>(clusterFrontends(service));
        for (ServicePort port : service.ports()) {
            all.addAll(frontends(service, port));
        }
        return all;
    }

    /** Every address and port one port of the service wants to be reached at. */
    public Set<Frontend> frontends(ServiceEntry service, ServicePort port) {
        Set<Frontend> all = new LinkedHashSet<>();
        all.add(new Frontend(service.clusterIp(), port.protocol(), port.port()));
        all.addAll(externalAddresses(service, port));
        if (port.nodePort() != 0) {
            all.add(nodePort(port));
        }
        return all;
    }

    /** Those of them at the service's own cluster address. */
    public Set<Frontend> clusterFrontends(ServiceEntry service) {
        Set<Frontend> all = new LinkedHashSet<>();
        for (ServicePort port : service.ports()) {
            all.add(new Frontend(service.clusterIp(), port.protocol(), port.port()));
        }
        return all;
    }

    private static Set<Frontend> externalAddresses(ServiceEntry service, ServicePort port) {
        Set<Frontend> all = new LinkedHashSet<>();
        for (IpAddress ip : service.externalIps()) {
            all.add(new Frontend(ip, port.protocol(), port.port()));
        }
        for (IpAddress ip : service.loadBalancerIps()) {
            all.add(new Frontend(ip, port.protocol(), port.port()));
        }
        return all;
    }

    private Frontend nodePort(ServicePort port) {
        return Frontend.nodePort(settings.family(), port.protocol(), port.nodePort());
    }

    /**
     * The rules of a service.
     *
     * @param denied frontends that belong to another service and get no rule here
     */
    public Ruleset compile(ServiceView view, Set<Frontend> denied) {
        Ruleset out = new Ruleset();
        ServiceEntry service = view.service();
        out.element(Layout.CLUSTER_IPS, NftData.of(service.clusterIp()));
        for (int i = 0; i < service.ports().size(); i++) {
            new Port(out, service, service.ports().get(i), view.endpoints().get(i), denied)
                    .compile();
        }
        return out;
    }

    /** The compilation of one port. */
    private final class Port {
        private final Ruleset out;
        private final ServiceEntry service;
        private final ServicePort port;
        private final EndpointLists lists;
        private final Set<Frontend> denied;
        private final String comment;

        Port(
                Ruleset out,
                ServiceEntry service,
                ServicePort port,
                EndpointLists lists,
                Set<Frontend> denied) {
            this.out = out;
            this.service = service;
            this.port = port;
            this.lists = lists;
            this.denied = denied;
            this.comment = service.portName(port);
        }

        void compile() {
            Frontend cluster = new Frontend(service.clusterIp(), port.protocol(), port.port());
            if (!denied.contains(cluster)) {
                internal(cluster);
            }
            for (Frontend frontend : externalAddresses(service, port)) {
                if (!denied.contains(frontend)) {
                    external(frontend, Layout.SERVICE_IPS, Layout.NO_ENDPOINT_SERVICES);
                }
            }
            if (port.nodePort() != 0 && !denied.contains(nodePort(port))) {
                external(nodePort(port), Layout.SERVICE_NODEPORTS, Layout.NO_ENDPOINT_NODEPORTS);
            }
            firewall();
            hairpin();
            if (service.sticky() && lists.any()) {
                ownChains.affinity(out, service, port, lists);
            }
        }

        /** The cluster address has one list, by the internal policy. */
        private void internal(Frontend frontend) {
            List<Endpoint> list = service.internalLocal() ? lists.local() : lists.cluster();
            if (list.isEmpty()) {
                noEndpoints(Layout.NO_ENDPOINT_SERVICES, frontend);
                return;
            }
            String chain;
            if (service.sticky()) {
                chain =
                        service.internalLocal()
                                ? OwnChains.localChain(service, port)
                                : OwnChains.clusterChain(service, port);
            } else {
                chain = out.needs(SharedChain.pick(false, list.size()));
                endpoints(Layout.ENDPOINTS, frontend, list);
            }
            goTo(Layout.SERVICE_IPS, frontend, chain);
        }

        /** With a local policy the cluster list is there for traffic of the node itself. */
        private void external(Frontend frontend, String dispatch, String noEndpoint) {
            boolean local = service.externalLocal();
            if (local ? lists.local().isEmpty() : !lists.any()) {
                noEndpoints(noEndpoint, frontend);
            }
            if (!lists.any()) {
                return;
            }
            boolean nodePort = frontend.isNodePort();
            String chain;
            if (service.sticky()) {
                chain = OwnChains.externalChain(service, port);
            } else {
                int cluster = lists.cluster().size();
                endpoints(
                        nodePort ? Layout.NODEPORT_ENDPOINTS : Layout.ENDPOINTS,
                        frontend,
                        lists.cluster());
                if (local) {
                    chain =
                            out.needs(
                                    SharedChain.externalLocal(
                                            nodePort, cluster, lists.local().size()));
                    endpoints(
                            nodePort ? Layout.NODEPORT_LOCAL_ENDPOINTS : Layout.LOCAL_ENDPOINTS,
                            frontend,
                            lists.local());
                } else {
                    chain = out.needs(SharedChain.external(nodePort, cluster));
                }
            }
            goTo(dispatch, frontend, chain);
        }

        private void goTo(String map, Frontend frontend, String chain) {
            out.element(map, new NftElement(frontend.key(), NftVerdict.goTo(chain), comment));
        }

        private void noEndpoints(String map, Frontend frontend) {
            NftVerdict verdict = lists.any() ? NftVerdict.DROP : NftVerdict.goTo(Layout.REJECT);
            out.element(map, new NftElement(frontend.key(), verdict, comment));
        }

        private void endpoints(String map, Frontend frontend, List<Endpoint> list) {
            int length = settings.family().addressBytes() + 4;
            for (int i = 0; i < list.size(); i++) {
                Endpoint endpoint = list.get(i);
                out.element(
                        map,
                        frontend.key(i),
                        NftData.concat(length)
                                .address(endpoint.ip())
                                .port(endpoint.port())
                                .build());
            }
        }

        /** Node ports are, for better or worse, not subject to source ranges. */
        private void firewall() {
            if (service.sourceRanges().isEmpty() || service.loadBalancerIps().isEmpty()) {
                return;
            }
            String chain = ownChains.firewall(out, service, port);
            for (IpAddress ip : service.loadBalancerIps()) {
                Frontend frontend = new Frontend(ip, port.protocol(), port.port());
                if (!denied.contains(frontend)) {
                    goTo(Layout.FIREWALL_IPS, frontend, chain);
                }
            }
        }

        /** A pod that reaches itself must see another source address than its own. */
        private void hairpin() {
            int length = 2 * settings.family().addressBytes() + 8;
            for (Endpoint endpoint : lists.reachable()) {
                if (endpoint.local()) {
                    out.element(
                            Layout.HAIRPIN,
                            NftData.concat(length)
                                    .address(endpoint.ip())
                                    .address(endpoint.ip())
                                    .protocol(port.protocol().number())
                                    .port(endpoint.port())
                                    .build());
                }
            }
        }
    }
}
