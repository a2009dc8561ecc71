package dev.caravel.proxy.server;

import dev.caravel.daemon.event.EventRecorder;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.compile.FrontendClaims.Conflict;
import dev.caravel.proxy.watch.Complaints;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log and as events of the objects what is wrong with Services and slices. Safe for
 * several threads.
 */
final class ObjectReports implements Complaints {
    private static final Logger log = LoggerFactory.getLogger(ObjectReports.class);
    private static final String ACTION = "SyncProxyRules";

    private final String nodeName;
    private final EventRecorder events;
    private final Map<IpFamily, Set<Conflict>> told = new EnumMap<>(IpFamily.class);

    ObjectReports(String nodeName, EventRecorder events) {
        this.nodeName = nodeName;
        this.events = events;
    }

    @Override
    public void about(String kind, String namespace, String name, String message) {
        log.warn("{} {}/{}: {}", kind, namespace, name, message);
        events.action(
                reference(kind, namespace, name),
                EventRecorder.WARNING,
                "Invalid" + kind,
                ACTION,
                "node " + nodeName + ": " + message);
    }

    /** Takes the conflicts there are now and tells the new ones. */
    synchronized void conflicts(IpFamily family, List<Conflict> now) {
        Set<Conflict> before = told.getOrDefault(family, Set.of());
        for (Conflict conflict : now) {
            if (!before.contains(conflict)) {
                tell(conflict);
            }
        }
        told.put(family, new HashSet<>(now));
    }

    private void tell(Conflict conflict) {
        String message =
                conflict.frontend()
                        + " is answered by Service "
                        + conflict.holder()
                        + ", not by this one: a Service's own cluster address comes first, then the"
                        + " older Service. Give one of them another address or port";
        log.warn("Service {}: {}", conflict.loser(), message);
        events.action(
                reference("Service", conflict.loser().namespace(), conflict.loser().name()),
                EventRecorder.WARNING,
                "AddressConflict",
                ACTION,
                "node " + nodeName + ": " + message);
    }

    static ObjectReference reference(String kind, String namespace, String name) {
        return new ObjectReferenceBuilder()
                .withApiVersion(kind.equals("Service") ? "v1" : "discovery.k8s.io/v1")
                .withKind(kind)
                .withNamespace(namespace)
                .withName(name)
                .build();
    }
}
