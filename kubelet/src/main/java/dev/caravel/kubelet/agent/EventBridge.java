package dev.caravel.kubelet.agent;

import dev.caravel.daemon.event.EventRecorder;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events to the log and, where there is an API server, to the recorder. */
final class EventBridge implements EventSink {

    private static final Logger log = LoggerFactory.getLogger(EventBridge.class);

    private final Optional<EventRecorder> recorder;
    private final String nodeName;
    private final Supplier<Optional<String>> nodeUid;

    /**
     * @param nodeUid UID of the Node object, once known
     */
    EventBridge(
            Optional<EventRecorder> recorder, String nodeName, Supplier<Optional<String>> nodeUid) {
        this.recorder = recorder;
        this.nodeName = nodeName;
        this.nodeUid = nodeUid;
    }

    @Override
    public void event(
            PodRef pod, Optional<String> fieldPath, EventType type, String reason, String message) {
        event(pod, fieldPath, type, reason, message, Map.of());
    }

    @Override
    public void event(
            PodRef pod,
            Optional<String> fieldPath,
            EventType type,
            String reason,
            String message,
            Map<String, String> annotations) {
        ObjectReferenceBuilder about =
                new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withNamespace(pod.namespace())
                        .withName(pod.name())
                        .withUid(pod.uid());
        fieldPath.ifPresent(about::withFieldPath);
        record(about.build(), "pod " + pod, type, reason, message, annotations);
    }

    @Override
    public void nodeEvent(EventType type, String reason, String message) {
        ObjectReference about =
                new ObjectReferenceBuilder()
                        .withKind("Node")
                        .withName(nodeName)
                        .withUid(nodeUid.get().orElse(nodeName))
                        .build();
        record(about, "node " + nodeName, type, reason, message, Map.of());
    }

    private void record(
            ObjectReference about,
            String object,
            EventType type,
            String reason,
            String message,
            Map<String, String> annotations) {
        if (type == EventType.WARNING) {
            log.info("Event for {}: {} {}", object, reason, message);
        } else {
            log.debug("Event for {}: {} {}", object, reason, message);
        }
        recorder.ifPresent(r -> r.event(about, type.text(), reason, message, annotations));
    }
}
