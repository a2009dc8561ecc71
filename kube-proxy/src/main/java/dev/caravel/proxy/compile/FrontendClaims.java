package dev.caravel.proxy.compile;

import dev.caravel.proxy.table.ServiceEntry;
import dev.caravel.proxy.table.ServiceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who answers at an address and port that several services want. The API server keeps cluster
 * addresses and node ports apart, but external addresses are free text. A service's own cluster
 * address beats any external claim, then the older service, then the first by name: the same
 * whatever order they come in, so that every node decides alike, and alike after a restart.
 */
public final class FrontendClaims {
    private static final Comparator<Claim> STRONGEST_FIRST =
            Comparator.comparing(Claim::byRight)
                    .reversed()
                    .thenComparingLong(Claim::since)
                    .thenComparing(Claim::key);

    private record Claim(boolean byRight, long since, ServiceKey key) {
        private boolean beats(Claim other) {
            return STRONGEST_FIRST.compare(this, other) < 0;
        }
    }

    private final Map<Frontend, Claim> holders = new HashMap<>();
    private final Map<Frontend, TreeSet<Claim>> waiting = new HashMap<>();

    /**
     * What a new wish leads to.
     *
     * @param denied what the service does not get
     * @param affected other services that have won or lost something
     */
    public record Outcome(Set<Frontend> denied, Set<ServiceKey> affected) {}

    /**
     * Two services want the same.
     *
     * @param holder who answers there
     * @param loser who does not
     */
    public record Conflict(Frontend frontend, ServiceKey holder, ServiceKey loser) {}

    /**
     * Settles what a service wants now.
     *
     * @param compiler knows what services want
     * @param before what was wanted before; empty for a new service
     * @param after empty for a service that is gone
     */
    public Outcome settle(
            ServiceKey key,
            NftCompiler compiler,
            Optional<ServiceEntry> before,
            Optional<ServiceEntry> after) {
        return change(
                key,
                after.map(ServiceEntry::createdAt).orElse(0L),
                before.map(compiler::frontends).orElse(Set.of()),
                after.map(compiler::frontends).orElse(Set.of()),
                after.map(compiler::clusterFrontends).orElse(Set.of()));
    }

    /**
     * The service wants exactly {@code wanted} now; before, it wanted {@code before}.
     *
     * @param since when the service was made, in seconds since the epoch
     * @param byRight those of {@code wanted} that are its own cluster address
     */
    Outcome change(
            ServiceKey key,
            long since,
            Set<Frontend> before,
            Set<Frontend> wanted,
            Set<Frontend> byRight) {
        Set<ServiceKey> affected = new HashSet<>();
        for (Frontend frontend : before) {
            if (!wanted.contains(frontend)) {
                release(key, frontend, affected);
            }
        }
        Set<Frontend> denied = new HashSet<>();
        for (Frontend frontend : wanted) {
            Claim claim = new Claim(byRight.contains(frontend), since, key);
            if (!claim(frontend, claim, affected)) {
                denied.add(frontend);
            }
        }
        affected.remove(key);
        return new Outcome(denied.isEmpty() ? Set.of() : denied, affected);
    }

    private boolean claim(Frontend frontend, Claim claim, Set<ServiceKey> affected) {
        stopWaiting(frontend, claim.key);
        Claim holder = holders.get(frontend);
        if (holder == null || holder.key.equals(claim.key)) {
            Optional<Claim> rival = strongestWaiting(frontend);
            if (rival.isPresent() && rival.get().beats(claim)) {
                hand(frontend, rival.get(), affected);
                await(frontend, claim);
                return false;
            }
            holders.put(frontend, claim);
            return true;
        }
        if (claim.beats(holder)) {
            holders.put(frontend, claim);
            await(frontend, holder);
            affected.add(holder.key);
            return true;
        }
        await(frontend, claim);
        return false;
    }

    private void release(ServiceKey key, Frontend frontend, Set<ServiceKey> affected) {
        stopWaiting(frontend, key);
        Claim holder = holders.get(frontend);
        if (holder != null && holder.key.equals(key)) {
            holders.remove(frontend);
            strongestWaiting(frontend).ifPresent(heir -> hand(frontend, heir, affected));
        }
    }

    private void hand(Frontend frontend, Claim heir, Set<ServiceKey> affected) {
        stopWaiting(frontend, heir.key);
        holders.put(frontend, heir);
        affected.add(heir.key);
    }

    private void await(Frontend frontend, Claim claim) {
        waiting.computeIfAbsent(frontend, f -> new TreeSet<>(STRONGEST_FIRST)).add(claim);
    }

    private Optional<Claim> strongestWaiting(Frontend frontend) {
        return Optional.ofNullable(waiting.get(frontend)).map(TreeSet::first);
    }

    private void stopWaiting(Frontend frontend, ServiceKey key) {
        waiting.computeIfPresent(
                frontend,
                (f, queue) -> {
                    queue.removeIf(claim -> claim.key.equals(key));
                    return queue.isEmpty() ? null : queue;
                });
    }

    /** The service that answers there, if any. */
    public Optional<ServiceKey> holder(Frontend frontend) {
        return Optional.ofNullable(holders.get(frontend)).map(Claim::key);
    }

    /** What a service wants and does not get. */
    public Set<Frontend> denied(ServiceEntry service, NftCompiler compiler) {
        Set<Frontend> denied = new HashSet<>(compiler.frontends(service));
        denied.removeIf(f -> holder(f).filter(service.key()::equals).isPresent());
        return denied.isEmpty() ? Set.of() : denied;
    }

    /** All that is wanted and not given, in a stable order. */
    public List<Conflict> conflicts() {
        List<Conflict> all = new ArrayList<>();
        waiting.forEach((frontend, queue) -> {
            Optional<ServiceKey> holder = holder(frontend);
            queue.forEach(
                    claim -> holder.ifPresent(h -> all.add(new Conflict(frontend, h, claim.key))));
        });
        all.sort(
                Comparator.comparing(Conflict::loser)
                        .thenComparing(conflict -> conflict.frontend().toString()));
        return all;
    }

    /** Forgets everything. */
    public void clear() {
        holders.clear();
        waiting.clear();
    }
}
