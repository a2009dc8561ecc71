package dev.caravel.proxy.compile;

import dev.caravel.proxy.table.ServiceKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who answers at an address and port that several services want. The API server keeps cluster
 * addresses and node ports apart, but external addresses are free text. A service's own cluster
 * address beats any external claim, otherwise who has it keeps it; when it lets go, the first by
 * name of those that wait takes over.
 */
public final class FrontendClaims {
    private record Holder(ServiceKey key, boolean byRight) {}

    private final Map<Frontend, Holder> holders = new HashMap<>();
    private final Map<Frontend, TreeSet<ServiceKey>> waiting = new HashMap<>();

    /**
     * What a new wish leads to.
     *
     * @param denied what the service does not get
     * @param affected other services that have won or lost something
     */
    public record Outcome(Set<Frontend> denied, Set<ServiceKey> affected) {}

    /**
     * The service wants exactly {@code wanted} now; before, it wanted {@code before}.
     *
     * @param byRight those of {@code wanted} that are its own cluster address
     */
    public Outcome change(
            ServiceKey key, Set<Frontend> before, Set<Frontend> wanted, Set<Frontend> byRight) {
        Set<ServiceKey> affected = new HashSet<>();
        for (Frontend frontend : before) {
            if (!wanted.contains(frontend)) {
                release(key, frontend, affected);
            }
        }
        Set<Frontend> denied = new HashSet<>();
        for (Frontend frontend : wanted) {
            if (!claim(key, frontend, byRight.contains(frontend), affected)) {
                denied.add(frontend);
            }
        }
        affected.remove(key);
        return new Outcome(denied.isEmpty() ? Set.of() : denied, affected);
    }

    private boolean claim(
            ServiceKey key, Frontend frontend, boolean byRight, Set<ServiceKey> affected) {
        Holder holder = holders.get(frontend);
        if (holder == null || holder.key.equals(key)) {
            holders.put(frontend, new Holder(key, byRight));
            return true;
        }
        if (byRight && !holder.byRight) {
            holders.put(frontend, new Holder(key, true));
            await(frontend, holder.key);
            affected.add(holder.key);
            return true;
        }
        await(frontend, key);
        return false;
    }

    private void await(Frontend frontend, ServiceKey key) {
        waiting.computeIfAbsent(frontend, f -> new TreeSet<>()).add(key);
    }

    private void release(ServiceKey key, Frontend frontend, Set<ServiceKey> affected) {
        TreeSet<ServiceKey> queue = waiting.get(frontend);
        if (queue != null && queue.remove(key) && queue.isEmpty()) {
            waiting.remove(frontend);
        }
        Holder holder = holders.get(frontend);
        if (holder == null || !holder.key.equals(key)) {
            return;
        }
        holders.remove(frontend);
        TreeSet<ServiceKey> next = waiting.get(frontend);
        if (next != null) {
            ServiceKey heir = next.pollFirst();
            if (next.isEmpty()) {
                waiting.remove(frontend);
            }
            if (heir != null) {
                // By right only if it says so when it is compiled again, which is now.
                holders.put(frontend, new Holder(heir, false));
                affected.add(heir);
            }
        }
    }

    /** The service that answers there, if any. */
    public Optional<ServiceKey> holder(Frontend frontend) {
        return Optional.ofNullable(holders.get(frontend)).map(Holder::key);
    }

    /** Forgets everything. */
    public void clear() {
        holders.clear();
        waiting.clear();
    }
}
