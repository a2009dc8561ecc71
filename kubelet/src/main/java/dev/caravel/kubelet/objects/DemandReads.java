package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects of one kind read when they are needed. What pods use is remembered: within {@code maxAge}
 * it is not asked for again, and while the API server cannot be reached the last known state
 * serves, so that a container can restart during an outage.
 */
final class DemandReads<T extends HasMetadata> {
    private static final Logger log = LoggerFactory.getLogger(DemandReads.class);

    private final ApiRequests requests;
    private final ObjectKind<T> kind;
    private final Duration maxAge;
    private final Ticks ticks;
    private final Users users = new Users();
    private final Map<ObjectName, Seen<T>> seen = new ConcurrentHashMap<>();

    /** What the API server said, and when by the monotonic clock. */
    private record Seen<T>(Optional<T> object, long nanos) {}

    DemandReads(ApiRequests requests, ObjectKind<T> kind, Duration maxAge, Ticks ticks) {
        this.requests = requests;
        this.kind = kind;
        this.maxAge = maxAge;
        this.ticks = ticks;
    }

    /**
     * Sets what a pod uses. What it had read before is asked for again, as a new pod must see what
     * its author wrote just before it.
     */
    void use(String podUid, Set<ObjectName> names) {
        users.set(podUid, names).forEach(seen::remove);
        names.forEach(name -> seen.computeIfPresent(name, (_, old) -> outdated(old)));
    }

    void forget(String podUid) {
        users.set(podUid, Set.of()).forEach(seen::remove);
    }

    /** Keeps what is known from elsewhere as a last resort, if a pod uses it. */
    void remember(ObjectName name, T object) {
        if (users.has(name)) {
            seen.putIfAbsent(name, outdated(new Seen<>(Optional.of(object), 0)));
        }
    }

    /**
     * The object, or empty when it does not exist.
     *
     * @throws ObjectUnavailableException when the API server did not say and nothing is remembered
     */
    Optional<T> read(ObjectName name) throws ObjectUnavailableException {
        Seen<T> last = seen.get(name);
        if (last != null && ticks.nanos() - last.nanos() < maxAge.toNanos()) {
            return last.object();
        }
        try {
            String path = kind.collection(name.namespace()) + "/" + name.name();
            return keep(name, Optional.of(kind.slim(requests.get(kind.type(), path))));
        } catch (ApiException e) {
            if (e.notFound()) {
                return keep(name, Optional.empty());
            }
            if (e.code() >= 500 || e.code() == 429) {
                return lastKnown(name, last, e);
            }
            throw unavailable(name, e);
        } catch (IOException e) {
            return lastKnown(name, last, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(name, e);
        }
    }

    private Optional<T> keep(ObjectName name, Optional<T> object) {
        if (users.has(name)) {
            seen.put(name, new Seen<>(object, ticks.nanos()));
        }
        return object;
    }

    private Optional<T> lastKnown(ObjectName name, @Nullable Seen<T> last, IOException e)
            throws ObjectUnavailableException {
        if (last == null || last.object().isEmpty()) {
            throw unavailable(name, e);
        }
        log.warn(
                "Reading {} {}: {}; using the state seen before",
                kind.word(),
                name.key(),
                e.getMessage());
        return last.object();
    }

    private Seen<T> outdated(Seen<T> old) {
        return new Seen<>(old.object(), ticks.nanos() - maxAge.toNanos());
    }

    private ObjectUnavailableException unavailable(ObjectName name, Exception e) {
        String why = e instanceof InterruptedException ? "interrupted" : e.getMessage();
        return new ObjectUnavailableException(
                "failed to get " + kind.word() + " \"" + name.key() + "\": " + why, e);
    }
}
