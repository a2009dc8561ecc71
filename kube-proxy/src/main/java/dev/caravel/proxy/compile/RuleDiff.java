package dev.caravel.proxy.compile;

import dev.caravel.linux.netlink.nft.NftChain;
import dev.caravel.linux.netlink.nft.NftData;
import dev.caravel.linux.netlink.nft.NftElement;
import dev.caravel.linux.netlink.nft.NftSet;
import java.util.Map;

/**
 * The steps from one ruleset to another. Works for one service as for a whole table. What a rule or
 * element leads to is added before it, what is no longer led to is removed after it; an element
 * that changes is removed and added in the same transaction, so no packet misses it.
 */
public final class RuleDiff {
    private RuleDiff() {}

    /** Adds the steps from {@code before} to {@code after} to {@code steps}. */
    public static void between(Ruleset before, Ruleset after, Steps steps) {
        structure(before, after, steps);
        for (String set : before.setsWithElements()) {
            removed(set, before.elements(set), after.elements(set), steps);
        }
        for (String set : after.setsWithElements()) {
            added(set, before.elements(set), after.elements(set), steps);
        }
    }

    /** Adds the steps for chains, rules and sets alone. */
    public static void structure(Ruleset before, Ruleset after, Steps steps) {
        sets(before, after, steps);
        chains(before, after, steps);
    }

    /** Adds the steps for the elements of one set. */
    public static void elements(
            String set,
            Map<NftData, NftElement> before,
            Map<NftData, NftElement> after,
            Steps steps) {
        removed(set, before, after, steps);
        added(set, before, after, steps);
    }

    private static void sets(Ruleset before, Ruleset after, Steps steps) {
        for (NftSet set : after.sets().values()) {
            NftSet old = before.sets().get(set.name());
            if (old == null || old.timeoutMillis() != set.timeoutMillis()) {
                steps.addSet(set);
            }
        }
        for (NftSet set : before.sets().values()) {
            if (!after.sets().containsKey(set.name())) {
                steps.retireSet(set.name());
            }
        }
    }

    private static void chains(Ruleset before, Ruleset after, Steps steps) {
        for (Ruleset.Chain wanted : after.chains().values()) {
            NftChain chain = wanted.chain();
            Ruleset.Chain old = before.chains().get(chain.name());
            if (old == null) {
                steps.addChain(chain);
                steps.addRules(chain.name(), wanted.rules());
            } else if (!old.chain().hook().equals(chain.hook())) {
                steps.replaceChain(chain);
                steps.addRules(chain.name(), wanted.rules());
            } else if (!old.rules().equals(wanted.rules())) {
                steps.flushChain(chain.name());
                steps.addRules(chain.name(), wanted.rules());
            }
        }
        for (Ruleset.Chain old : before.chains().values()) {
            String name = old.chain().name();
            if (after.chains().containsKey(name)) {
                continue;
            }
            if (old.rules().isEmpty()) {
                steps.retireEmptyChain(name);
            } else {
                steps.retireChain(name);
            }
        }
    }

    private static void removed(
            String set,
            Map<NftData, NftElement> before,
            Map<NftData, NftElement> after,
            Steps steps) {
        for (NftElement element : before.values()) {
            if (!element.equals(after.get(element.key()))) {
                steps.removeElement(set, element.key());
            }
        }
    }

    private static void added(
            String set,
            Map<NftData, NftElement> before,
            Map<NftData, NftElement> after,
            Steps steps) {
        for (NftElement element : after.values()) {
            if (!element.equals(before.get(element.key()))) {
                steps.addElement(set, element);
            }
        }
    }
}
