package dev.caravel.proxy.iptables;

import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftOp;
import dev.caravel.linux.netlink.nft.NftRule;
import dev.caravel.linux.netlink.nft.NftTable;
import dev.caravel.linux.netlink.nft.NftTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The steps of one transaction from many services, in the order the kernel needs: chains, their
 * rules, rules that lead to them in, rules that led to others out, chains nothing leads to out.
 */
final class IptChanges {
    /**
     * One dispatch rule: its handle if it is there already, else its place among the inserted ones.
     */
    private record Slot(long handle, int inserted) {}

    /** A service in the transaction. */
    final class Service {
        /** What its rules were made from; empty when it goes. */
        private final Optional<Wanted> wanted;

        private final IptRules rules;
        private final List<Slot> slots = new ArrayList<>();

        private Service(Optional<Wanted> wanted, IptRules rules) {
            this.wanted = wanted;
            this.rules = rules;
        }

        IptRules rules() {
            return rules;
        }

        Optional<Wanted> wanted() {
            return wanted;
        }

        /** Handles of its dispatch rules in order, once the kernel has made them. */
        List<Long> handles(Map<Integer, Long> made) {
            int first = additions.size() + contents.size();
            List<Long> handles = new ArrayList<>(slots.size());
            for (Slot slot : slots) {
                if (slot.inserted < 0) {
                    handles.add(slot.handle);
                    continue;
                }
                Long handle = made.get(first + slot.inserted);
                if (handle == null) {
                    throw new IllegalStateException("the kernel did not tell a rule's handle");
                }
                handles.add(handle);
            }
            return List.copyOf(handles);
        }
    }

    private final NftTable nat;
    private final NftTable filter;
    private final List<NftOp> additions = new ArrayList<>();
    private final List<NftOp> contents = new ArrayList<>();
    private final List<NftOp> insertions = new ArrayList<>();
    private final List<NftOp> deletions = new ArrayList<>();
    private final List<NftOp> flushes = new ArrayList<>();
    private final List<NftOp> removals = new ArrayList<>();

    IptChanges(NftTable nat, NftTable filter) {
        this.nat = nat;
        this.filter = filter;
    }

    private NftTable table(IptDispatch dispatch) {
        return dispatch.where().table().equals("nat") ? nat : filter;
    }

    /**
     * A service whose rules in the kernel are known.
     *
     * @param handles of {@code old}'s dispatch rules
     */
    Service service(Optional<Wanted> from, IptRules old, List<Long> handles, IptRules wanted) {
        wanted.chains()
                .forEach((chain, rules) -> {
                    List<NftRule> before = old.chains().get(chain);
                    if (before == null) {
                        add(chain, rules);
                    } else if (!before.equals(rules)) {
                        rewrite(chain, rules);
                    }
                });
        for (String chain : old.chains().keySet()) {
            if (!wanted.chains().containsKey(chain)) {
                remove(chain);
            }
        }
        Service service = new Service(from, wanted);
        List<IptDispatch> left = new ArrayList<>(old.dispatch());
        List<Long> leftHandles = new ArrayList<>(handles);
        for (IptDispatch dispatch : wanted.dispatch()) {
            int at = left.indexOf(dispatch);
            if (at >= 0) {
                left.remove(at);
                service.slots.add(new Slot(leftHandles.remove(at), -1));
            } else {
                insert(service, dispatch);
            }
        }
        for (int i = 0; i < left.size(); i++) {
            IptDispatch gone = left.get(i);
            deletions.add(
                    new NftOp.DeleteRule(table(gone), gone.where().chain(), leftHandles.get(i)));
        }
        return service;
    }

    /** A service whose rules in the kernel are only known by their digests. */
    Service compared(Wanted from, IptRules wanted, IptImage kernel) {
        wanted.chains()
                .forEach((chain, rules) -> {
                    if (!kernel.has("nat", chain)) {
                        add(chain, rules);
                    } else if (!kernel.holds("nat", chain, rules)) {
                        rewrite(chain, rules);
                    }
                });
        Service service = new Service(Optional.of(from), wanted);
        for (IptDispatch dispatch : wanted.dispatch()) {
            long handle = kernel.take(dispatch);
            if (handle >= 0) {
                service.slots.add(new Slot(handle, -1));
            } else {
                insert(service, dispatch);
            }
        }
        return service;
    }

    private void insert(Service service, IptDispatch dispatch) {
        service.slots.add(new Slot(-1, insertions.size()));
        insertions.add(
                new NftOp.InsertRule(table(dispatch), dispatch.where().chain(), dispatch.rule()));
    }

    private void add(String chain, List<NftRule> rules) {
        additions.add(new NftOp.AddChain(nat, NftChain.plain(chain)));
        rules.forEach(rule -> contents.add(new NftOp.AddRule(nat, chain, rule)));
    }

    private void rewrite(String chain, List<NftRule> rules) {
        contents.add(new NftOp.FlushChain(nat, chain));
        rules.forEach(rule -> contents.add(new NftOp.AddRule(nat, chain, rule)));
    }

    private void remove(String chain) {
        flushes.add(new NftOp.FlushChain(nat, chain));
        removals.add(new NftOp.DeleteChain(nat, chain));
    }

    /** The steps in order. */
    NftTransaction transaction() {
        List<NftOp> all = new ArrayList<>(additions);
        all.addAll(contents);
        all.addAll(insertions);
        all.addAll(deletions);
        all.addAll(flushes);
        all.addAll(removals);
        return new NftTransaction(all);
    }
}
