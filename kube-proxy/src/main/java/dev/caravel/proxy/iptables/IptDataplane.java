package dev.caravel.proxy.iptables;

import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.KernelRule;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import dev.caravel.linux.netlink.nft.Nftables;
import dev.caravel.proxy.apply.Dataplane;
import dev.caravel.proxy.apply.SharedNftables;
import dev.caravel.proxy.apply.SyncOutcome;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.compile.FrontendClaims;
import dev.caravel.proxy.compile.NftCompiler;
import dev.caravel.proxy.compile.NodePortAddresses;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServiceView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The iptables dataplane of one address family. A change rewrites the chains of the services it
 * concerns and adds or removes their rules in shared chains by handle; each commit costs the kernel
 * a check of the whole table, so all changes of a synchronization are one commit.
 */
public final class IptDataplane implements Dataplane {
    private static final Logger log = LoggerFactory.getLogger(IptDataplane.class);

    /** Services a transaction when everything is compared: about two megabytes. */
    private static final int BATCH = 500;

    /** Above this many endpoints rules do not name theirs (Go's large-cluster mode). */
    private static final int LARGE_CLUSTER = 1_000;

    /** What the kernel holds for a service, with the handles of its dispatch rules. */
    private record Held(Wanted wanted, List<Long> handles, int nat, int filter) {}

    /** Rules of all services by table. */
    private record Total(int nat, int filter) {
        Total plus(Held service, int times) {
            return new Total(nat + times * service.nat, filter + times * service.filter);
        }
    }

    private final SharedNftables nft;
    private final IptSettings settings;
    private final IptCompiler compiler;
    private final IptFixed fixed;
    private final NftCompiler frontends;
    private final FrontendClaims claims = new FrontendClaims();
    private final Map<ServiceKey, Held> held = new HashMap<>();
    private NodePortAddresses nodePorts = NodePortAddresses.ALL;
    private boolean endpointComments = true;
    private boolean converged;
    private List<Long> tail = List.of();
    private Total serviceRules = new Total(0, 0);

    /** A dataplane that has not touched the kernel yet; begin with {@link #converge}. */
    public IptDataplane(SharedNftables nft, IptSettings settings) {
        this.nft = nft;
        this.settings = settings;
        this.compiler = new IptCompiler(settings);
        this.fixed = new IptFixed(settings);
        this.frontends = new NftCompiler(settings.dataplane());
    }

    @Override
    public String name() {
        return "iptables";
    }

    private NftTable table(String name) {
        return new NftTable(settings.dataplane().family(), name);
    }

    @Override
    public void nodePorts(NodePortAddresses addresses) throws IOException {
        if (addresses.equals(nodePorts)) {
            return;
        }
        nodePorts = addresses;
        if (converged) {
            List<NftOp> ops = new ArrayList<>();
            NftTable nat = table("nat");
            for (long handle : tail) {
                ops.add(new NftOp.DeleteRule(nat, IptNames.SERVICES, handle));
            }
            fixed.tail(nodePorts)
                    .forEach(rule -> ops.add(new NftOp.AddRule(nat, IptNames.SERVICES, rule)));
            nft.commit(new NftTransaction(ops));
            tail = readTail();
        }
    }

    /** In this mode nothing drops what goes to free cluster addresses. */
    @Override
    public void serviceCidrs(List<IpPrefix> cidrs) {
        log.trace("{} service ranges do not matter in iptables mode", cidrs.size());
    }

    @Override
    public SyncOutcome update(
            Set<ServiceKey> dirty, Function<ServiceKey, Optional<ServiceView>> views)
            throws IOException {
        IptChanges changes = new IptChanges(table("nat"), table("filter"));
        Map<ServiceKey, IptChanges.Service> news = new HashMap<>();
        Map<ServiceKey, Optional<ServiceView>> wishes = wishes(dirty, views);
        for (Map.Entry<ServiceKey, Optional<ServiceView>> wish : wishes.entrySet()) {
            ServiceKey key = wish.getKey();
            Optional<Held> before = Optional.ofNullable(held.get(key));
            Optional<Wanted> wanted = wish.getValue().map(this::wanted);
            if (!wanted.equals(before.map(Held::wanted))) {
                IptRules old = before.map(h -> compile(h.wanted)).orElse(IptRules.NONE);
                IptRules rules = wanted.map(this::compile).orElse(IptRules.NONE);
                List<Long> handles = before.map(Held::handles).orElse(List.of());
                news.put(key, changes.service(wanted, old, handles, rules));
            }
        }
        converged = false;
        NftTransaction transaction = changes.transaction();
        Map<Integer, Long> made = nft.commit(transaction);
        news.forEach((key, service) -> adopt(key, service, made));
        converged = true;
        return new SyncOutcome(
                false, transaction.ops().size(), held.size(), written(transaction.ops()));
    }

    /** What dirty services want, and what those want that win or lose something by it. */
    private Map<ServiceKey, Optional<ServiceView>> wishes(
            Set<ServiceKey> dirty, Function<ServiceKey, Optional<ServiceView>> views) {
        Map<ServiceKey, Optional<ServiceView>> wishes = new HashMap<>();
        Set<ServiceKey> affected = new HashSet<>();
        for (ServiceKey key : dirty) {
            Optional<ServiceView> wish = views.apply(key);
            wishes.put(key, wish);
            Optional<ServiceView> before =
                    Optional.ofNullable(held.get(key)).map(h -> h.wanted.view());
            affected.addAll(
                    claims.settle(
                                    key,
                                    frontends,
                                    before.map(ServiceView::service),
                                    wish.map(ServiceView::service))
                            .affected());
        }
        for (ServiceKey key : affected) {
            Held other = held.get(key);
            if (other != null) {
                wishes.putIfAbsent(key, Optional.of(other.wanted.view()));
            }
        }
        return wishes;
    }

    private Wanted wanted(ServiceView view) {
        return new Wanted(view, claims.denied(view.service(), frontends));
    }

    @Override
    public Optional<ServiceKey> holder(Frontend frontend) {
        return claims.holder(frontend);
    }

    @Override
    public List<FrontendClaims.Conflict> conflicts() {
        return claims.conflicts();
    }

    private void adopt(ServiceKey key, IptChanges.Service service, Map<Integer, Long> made) {
        Held before = held.remove(key);
        if (before != null) {
            serviceRules = serviceRules.plus(before, -1);
        }
        service.wanted()
                .ifPresent(wanted -> {
                    Held now =
                            new Held(
                                    wanted,
                                    service.handles(made),
                                    service.rules().count("nat"),
                                    service.rules().count("filter"));
                    held.put(key, now);
                    serviceRules = serviceRules.plus(now, 1);
                });
    }

    private IptRules compile(Wanted wanted) {
        return compiler.compile(wanted.view(), wanted.denied(), endpointComments);
    }

    @Override
    public SyncOutcome converge(List<ServiceView> views) throws IOException {
        converged = false;
        Map<ServiceKey, ServiceView> wanted = new HashMap<>();
        int endpoints = 0;
        for (ServiceView view : views) {
            wanted.put(view.service().key(), view);
            endpoints += view.endpoints().stream().mapToInt(l -> l.reachable().size()).sum();
        }
        endpointComments = endpoints <= LARGE_CLUSTER;
        int steps = converge(wanted);
        converged = true;
        return new SyncOutcome(true, steps, held.size(), rules());
    }

    private int converge(Map<ServiceKey, ServiceView> wanted) throws IOException {
        held.clear();
        claims.clear();
        wanted.forEach((key, view) ->
                claims.settle(key, frontends, Optional.empty(), Optional.of(view.service())));
        serviceRules = new Total(0, 0);
        IptImage kernel = IptImage.read(nft.reader(), settings.dataplane().family());
        int steps = commit(ground(kernel));
        Set<String> stale = kernel.ownChains();
        IptChanges batch = new IptChanges(table("nat"), table("filter"));
        Map<ServiceKey, IptChanges.Service> news = new HashMap<>();
        for (Map.Entry<ServiceKey, ServiceView> entry : wanted.entrySet()) {
            Wanted service = wanted(entry.getValue());
            IptRules rules = compile(service);
            stale.removeAll(rules.chains().keySet());
            news.put(entry.getKey(), batch.compared(service, rules, kernel));
            if (news.size() == BATCH) {
                steps += adopt(batch, news);
                batch = new IptChanges(table("nat"), table("filter"));
            }
        }
        steps += adopt(batch, news);
        steps += commit(ends(kernel, stale));
        tail = readTail();
        return steps;
    }

    private int adopt(IptChanges batch, Map<ServiceKey, IptChanges.Service> news)
            throws IOException {
        NftTransaction transaction = batch.transaction();
        Map<Integer, Long> made = nft.commit(transaction);
        news.forEach((key, service) -> adopt(key, service, made));
        news.clear();
        return transaction.ops().size();
    }

    private int commit(List<NftOp> ops) throws IOException {
        nft.commit(new NftTransaction(ops));
        return ops.size();
    }

    /** Tables, canaries and chains with fixed rules, before anything leads to them. */
    private List<NftOp> ground(IptImage kernel) {
        List<NftOp> ops = new ArrayList<>();
        for (String name : List.of("mangle", "nat", "filter")) {
            chain(ops, kernel, name, IptNames.CANARY);
        }
        IptFixed.sharedChains()
                .forEach((name, chains) -> chains.forEach(c -> chain(ops, kernel, name, c)));
        chain(ops, kernel, "filter", IptNames.FIREWALL);
        fixed.nat().forEach((chain, rules) -> fixedChain(ops, kernel, "nat", chain, rules));
        fixed.filter().forEach((chain, rules) -> fixedChain(ops, kernel, "filter", chain, rules));
        if (ops.isEmpty()) {
            return ops;
        }
        List<NftOp> all = new ArrayList<>();
        for (String name : List.of("mangle", "nat", "filter")) {
            all.add(new NftOp.AddTable(table(name), ""));
        }
        all.addAll(ops);
        return all;
    }

    private void chain(List<NftOp> ops, IptImage kernel, String table, String chain) {
        if (!kernel.has(table, chain)) {
            ops.add(new NftOp.AddChain(table(table), NftChain.plain(chain)));
        }
    }

    private void fixedChain(
            List<NftOp> ops, IptImage kernel, String table, String chain, List<NftRule> rules) {
        if (kernel.holds(table, chain, rules)) {
            return;
        }
        NftTable where = table(table);
        ops.add(new NftOp.AddChain(where, NftChain.plain(chain)));
        ops.add(new NftOp.FlushChain(where, chain));
        rules.forEach(rule -> ops.add(new NftOp.AddRule(where, chain, rule)));
    }

    /** What is left over goes, the tail comes last, and only then packets are led in. */
    private List<NftOp> ends(IptImage kernel, Set<String> stale) {
        List<NftOp> ops = new ArrayList<>();
        NftTable nat = table("nat");
        List<NftRule> wantedTail = fixed.tail(nodePorts);
        boolean keepTail = kernel.endsWith(wantedTail);
        if (keepTail) {
            wantedTail.forEach(
                    rule -> kernel.take(new IptDispatch(IptDispatch.Where.NAT_SERVICES, rule)));
        } else {
            wantedTail.forEach(rule -> ops.add(new NftOp.AddRule(nat, IptNames.SERVICES, rule)));
        }
        for (IptDispatch.Where where : IptDispatch.Where.values()) {
            for (long handle : kernel.left(where)) {
                ops.add(new NftOp.DeleteRule(table(where.table()), where.chain(), handle));
            }
        }
        stale.forEach(chain -> ops.add(new NftOp.FlushChain(nat, chain)));
        stale.forEach(chain -> ops.add(new NftOp.DeleteChain(nat, chain)));
        Set<String> made = new HashSet<>();
        for (IptFixed.Jump jump : IptFixed.jumps()) {
            if (kernel.has(jump)) {
                continue;
            }
            NftTable table = table(jump.table());
            // An existing chain may have a policy, which making it again would reset.
            if (!kernel.has(jump.table(), jump.from()) && made.add(jump.table() + jump.from())) {
                ops.add(new NftOp.AddChain(table, IptFixed.baseChain(jump.table(), jump.from())));
            }
            ops.add(new NftOp.InsertRule(table, jump.from(), fixed.rule(jump)));
        }
        return ops;
    }

    /** The handles of the last rules of nat KUBE-SERVICES. */
    private List<Long> readTail() throws IOException {
        Set<Long> wanted = new HashSet<>();
        fixed.tail(nodePorts).forEach(rule -> wanted.add(rule.digest()));
        List<Long> handles = new ArrayList<>();
        nft.reader()
                .rules(
                        table("nat"),
                        new Nftables.RuleSink() {
                            @Override
                            public void restart() {
                                handles.clear();
                            }

                            @Override
                            public void rule(KernelRule rule) {
                                if (rule.chain().equals(IptNames.SERVICES)
                                        && wanted.contains(rule.rule().digest())) {
                                    handles.add(rule.handle());
                                }
                            }
                        });
        return handles;
    }

    /**
     * Looks for the canaries, which go with everything else when somebody flushes the rules, and
     * for the jumps. Comparing every rule is left to the hourly {@link #converge}.
     */
    @Override
    public int audit() throws IOException {
        boolean whole = true;
        for (String name : List.of("mangle", "nat", "filter")) {
            Set<String> chains = new HashSet<>();
            if (nft.reader().exists(table(name))) {
                nft.reader().chains(table(name)).forEach(chain -> chains.add(chain.name()));
            }
            whole &= chains.contains(IptNames.CANARY);
            for (IptFixed.Jump jump : IptFixed.jumps()) {
                whole &=
                        !jump.table().equals(name) || (chains.contains(jump.from()) && leads(jump));
            }
        }
        if (whole) {
            return 0;
        }
        Map<ServiceKey, ServiceView> wanted = new HashMap<>();
        held.forEach((key, value) -> wanted.put(key, value.wanted().view()));
        converged = false;
        int steps = converge(wanted);
        converged = true;
        return steps;
    }

    private boolean leads(IptFixed.Jump jump) throws IOException {
        return nft.reader().rules(table(jump.table()), jump.from()).stream()
                .anyMatch(rule -> IptImage.asJump(jump.table(), rule).equals(jump));
    }

    private static Map<String, Integer> written(List<NftOp> ops) {
        Map<String, Integer> rules = new HashMap<>(Map.of("nat", 0, "filter", 0));
        for (NftOp op : ops) {
            if (op instanceof NftOp.AddRule || op instanceof NftOp.InsertRule) {
                rules.merge(op.table().name(), 1, Integer::sum);
            }
        }
        return rules;
    }

    @Override
    public Map<String, Integer> rules() {
        int nat = fixed.nat().values().stream().mapToInt(List::size).sum() + tail.size();
        int filter = fixed.filter().values().stream().mapToInt(List::size).sum();
        return Map.of("nat", nat + serviceRules.nat(), "filter", filter + serviceRules.filter());
    }

    @Override
    public long foreignChanges() throws IOException {
        return nft.foreignChanges();
    }

    @Override
    public boolean hasGarbage() {
        return false;
    }

    @Override
    public void sweep() {
        log.trace("Chains go with the rules that led to them");
    }
}
