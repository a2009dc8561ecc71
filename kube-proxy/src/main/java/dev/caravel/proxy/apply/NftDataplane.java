package dev.caravel.proxy.apply;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.ip.IpPrefix;
import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftElement;
import dev.caravel.linux.netlink.nft.NftException;
import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftSet;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import dev.caravel.proxy.compile.BaseRules;
import dev.caravel.proxy.compile.DataplaneSettings;
import dev.caravel.proxy.compile.ElementCounts;
import dev.caravel.proxy.compile.Frontend;
import dev.caravel.proxy.compile.FrontendClaims;
import dev.caravel.proxy.compile.Layout;
import dev.caravel.proxy.compile.NftCompiler;
import dev.caravel.proxy.compile.NodePortAddresses;
import dev.caravel.proxy.compile.RuleDiff;
import dev.caravel.proxy.compile.Ruleset;
import dev.caravel.proxy.compile.SharedChain;
import dev.caravel.proxy.compile.SharedChains;
import dev.caravel.proxy.compile.Steps;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.proxy.table.ServiceView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nftables dataplane of one address family. Belongs to one thread, that of its {@link
 * SyncLoop}.
 */
public final class NftDataplane implements Dataplane {
    private static final Logger log = LoggerFactory.getLogger(NftDataplane.class);

    /** Services a transaction when an empty kernel is filled: about half a megabyte. */
    private static final int LOAD_BATCH = 2_000;

    private final SharedNftables nft;
    private final NftTable table;
    private final NftCompiler compiler;
    private final BaseRules baseRules;
    private final SharedChains sharedChains;
    private final FrontendClaims claims = new FrontendClaims();
    private final ElementCounts counts = new ElementCounts();
    private final Map<SharedChain, Integer> sharedUses = new HashMap<>();
    private final Map<ServiceKey, Held> held = new HashMap<>();
    private final Retired retired;
    private Ruleset base;
    private boolean converged;
    private NodePortAddresses nodePorts = NodePortAddresses.ALL;
    private List<IpPrefix> serviceCidrs = List.of();

    /** A dataplane that has not touched the kernel yet; begin with {@link #converge}. */
    public NftDataplane(SharedNftables nft, DataplaneSettings settings, Ticks ticks) {
        this.nft = nft;
        this.retired = new Retired(ticks);
        this.table = Layout.table(settings.family());
        this.compiler = new NftCompiler(settings);
        this.baseRules = new BaseRules(settings);
        this.sharedChains = new SharedChains(settings);
        this.base = baseRules.compile(nodePorts, serviceCidrs);
    }

    @Override
    public String name() {
        return "nftables";
    }

    @Override
    public void nodePorts(NodePortAddresses addresses) throws IOException {
        rebase(addresses, serviceCidrs);
    }

    @Override
    public void serviceCidrs(List<IpPrefix> cidrs) throws IOException {
        rebase(nodePorts, cidrs);
    }

    private void rebase(NodePortAddresses addresses, List<IpPrefix> cidrs) throws IOException {
        if (addresses.equals(nodePorts) && cidrs.equals(serviceCidrs)) {
            return;
        }
        nodePorts = addresses;
        serviceCidrs = List.copyOf(cidrs);
        Ruleset wanted = baseRules.compile(nodePorts, serviceCidrs);
        if (converged) {
            Steps steps = new Steps(table, counts);
            RuleDiff.between(base, wanted, steps);
            commit(steps);
        }
        base = wanted;
    }

    @Override
    public Optional<ServiceKey> holder(Frontend frontend) {
        return claims.holder(frontend);
    }

    @Override
    public List<FrontendClaims.Conflict> conflicts() {
        return claims.conflicts();
    }

    @Override
    public SyncOutcome update(
            Set<ServiceKey> dirty, Function<ServiceKey, Optional<ServiceView>> views)
            throws IOException {
        converged = false;
        Steps steps = new Steps(table, counts);
        Map<ServiceKey, Optional<Held>> news = new LinkedHashMap<>();
        wishes(dirty, views)
                .forEach((key, view) -> {
                    Optional<Held> before = Optional.ofNullable(held.get(key));
                    Optional<Held> after =
                            view.map(v -> new Held(v, claims.denied(v.service(), compiler)));
                    if (!after.equals(before)) {
                        diff(before, after, steps);
                        news.put(key, after);
                    }
                });
        int size = commit(steps);
        news.forEach((key, after) ->
                after.ifPresentOrElse(h -> held.put(key, h), () -> held.remove(key)));
        converged = true;
        return new SyncOutcome(false, size, held.size(), Map.of());
    }

    /** What dirty services want, and what those want that win or lose something by it. */
    private Map<ServiceKey, Optional<ServiceView>> wishes(
            Set<ServiceKey> dirty, Function<ServiceKey, Optional<ServiceView>> views) {
        Map<ServiceKey, Optional<ServiceView>> wishes = new LinkedHashMap<>();
        Set<ServiceKey> affected = new HashSet<>();
        for (ServiceKey key : dirty) {
            Optional<ServiceView> before = Optional.ofNullable(held.get(key)).map(Held::view);
            Optional<ServiceView> wish = views.apply(key).map(v -> v.arrangedLike(before));
            wishes.put(key, wish);
            affected.addAll(claim(key, before, wish).affected());
        }
        for (ServiceKey key : affected) {
            Held other = held.get(key);
            if (other != null) {
                wishes.putIfAbsent(key, Optional.of(other.view()));
            }
        }
        return wishes;
    }

    private FrontendClaims.Outcome claim(
            ServiceKey key, Optional<ServiceView> before, Optional<ServiceView> after) {
        return claims.settle(
                key, compiler, before.map(ServiceView::service), after.map(ServiceView::service));
    }

    private void diff(Optional<Held> before, Optional<Held> after, Steps steps) {
        Ruleset old = before.map(this::compile).orElseGet(Ruleset::new);
        Ruleset wanted = after.map(this::compile).orElseGet(Ruleset::new);
        for (SharedChain chain : wanted.sharedChains()) {
            if (sharedUses.merge(chain, 1, Integer::sum) == 1) {
                steps.addChain(NftChain.plain(chain.name()));
                steps.addRules(chain.name(), sharedChains.rules(chain));
            }
        }
        for (SharedChain chain : old.sharedChains()) {
            sharedUses.computeIfPresent(chain, (c, uses) -> uses == 1 ? null : uses - 1);
            if (!sharedUses.containsKey(chain)) {
                steps.retireChain(chain.name());
            }
        }
        RuleDiff.between(old, wanted, steps);
    }

    private Ruleset compile(Held service) {
        return compiler.compile(service.view(), service.denied());
    }

    private int commit(Steps steps) throws IOException {
        NftTransaction transaction = steps.transaction();
        log.trace("Committing {}\n{}", table, transaction);
        nft.commit(transaction);
        retired.add(steps);
        return transaction.ops().size();
    }

    @Override
    public SyncOutcome converge(List<ServiceView> views) throws IOException {
        converged = false;
        Map<ServiceKey, ServiceView> wanted = new TreeMap<>();
        for (ServiceView view : views) {
            ServiceKey key = view.service().key();
            wanted.put(key, view.arrangedLike(Optional.ofNullable(held.get(key)).map(Held::view)));
        }
        claimAll(wanted);
        int steps = nft.reader().exists(table) ? converge(desired()) : loadFresh();
        converged = true;
        return new SyncOutcome(true, steps, held.size(), Map.of());
    }

    /**
     * Fills an empty kernel a few services at a time, so that the memory needed does not grow with
     * their number. Packets meet the rules only when everything is there.
     */
    private int loadFresh() throws IOException {
        counts.clear();
        sharedUses.clear();
        retired.clear();
        Ruleset inert = base.withoutBaseChains();
        Steps steps = new Steps(table, counts);
        RuleDiff.between(new Ruleset(), inert, steps);
        int total = commitWithTable(steps, false);
        int inBatch = 0;
        steps = new Steps(table, counts);
        for (Held service : held.values()) {
            diff(Optional.empty(), Optional.of(service), steps);
            if (++inBatch == LOAD_BATCH) {
                total += commit(steps);
                inBatch = 0;
                steps = new Steps(table, counts);
            }
        }
        RuleDiff.between(inert, base, steps);
        return total + commit(steps);
    }

    /** Who gets which frontend is settled first, then each service is told what it does not get. */
    private void claimAll(Map<ServiceKey, ServiceView> wanted) {
        claims.clear();
        held.clear();
        wanted.forEach((key, view) -> claim(key, Optional.empty(), Optional.of(view)));
        wanted.forEach((key, view) ->
                held.put(key, new Held(view, claims.denied(view.service(), compiler))));
    }

    /** Everything the table should hold; counts who needs what on the way. */
    private Ruleset desired() {
        counts.clear();
        sharedUses.clear();
        Ruleset all = new Ruleset();
        all.addAll(base);
        for (Held service : held.values()) {
            Ruleset rules = compile(service);
            counts.acquireAll(rules);
            rules.sharedChains().forEach(chain -> sharedUses.merge(chain, 1, Integer::sum));
            all.addAll(rules);
        }
        for (SharedChain chain : sharedUses.keySet()) {
            all.chain(NftChain.plain(chain.name()), sharedChains.rules(chain));
        }
        return all;
    }

    private int converge(Ruleset desired) throws IOException {
        if (!nft.reader().exists(table)) {
            return loadFresh();
        }
        Ruleset kernel = KernelImage.structure(nft.reader(), table);
        if (!reshaped(kernel, desired)) {
            try {
                return commitWithTable(difference(kernel, desired), false);
            } catch (NftException e) {
                log.atWarn()
                        .setMessage("Adapting the table failed. Building it anew")
                        .addKeyValue("table", table)
                        .setCause(e)
                        .log();
            }
        }
        Steps steps = new Steps(table, new ElementCounts());
        RuleDiff.between(new Ruleset(), desired, steps);
        return commitWithTable(steps, true);
    }

    /** Reads set by set, so that only one is in memory twice. */
    private Steps difference(Ruleset kernel, Ruleset desired) throws IOException {
        Steps steps = new Steps(table, new ElementCounts());
        RuleDiff.structure(kernel, desired, steps);
        for (NftSet set : desired.sets().values()) {
            NftSet old = kernel.sets().get(set.name());
            Map<NftData, NftElement> elements =
                    old == null ? Map.of() : KernelImage.elements(nft.reader(), table, old);
            RuleDiff.elements(set.name(), elements, desired.elements(set.name()), steps);
        }
        return steps;
    }

    /** Whether a set of the kernel cannot be kept because its keys or values are others. */
    private static boolean reshaped(Ruleset kernel, Ruleset desired) {
        for (NftSet set : desired.sets().values()) {
            NftSet old = kernel.sets().get(set.name());
            if (old != null && !old.sameShape(set)) {
                return true;
            }
        }
        return false;
    }

    private int commitWithTable(Steps steps, boolean anew) throws IOException {
        List<NftOp> needed = steps.transaction().ops();
        List<NftOp> ops = new ArrayList<>();
        if (anew) {
            ops.add(new NftOp.DeleteTable(table));
        }
        ops.add(new NftOp.AddTable(table, Layout.TABLE_COMMENT));
        ops.addAll(needed);
        if (!needed.isEmpty()) {
            NftTransaction transaction = new NftTransaction(ops);
            log.trace("Committing {}\n{}", table, transaction);
            nft.commit(transaction);
        }
        retired.clear();
        retired.add(steps);
        return needed.size();
    }

    @Override
    public int audit() throws IOException {
        return converge(desired());
    }

    @Override
    public Map<String, Integer> rules() {
        return Map.of();
    }

    @Override
    public long foreignChanges() throws IOException {
        return nft.foreignChanges();
    }

    @Override
    public boolean hasGarbage() {
        return retired.due();
    }

    /**
     * What still is referred to after all stays and is forgotten; the next full comparison sees.
     */
    @Override
    public void sweep() throws IOException {
        nft.commit(retired.take().deletion(table));
    }
}
