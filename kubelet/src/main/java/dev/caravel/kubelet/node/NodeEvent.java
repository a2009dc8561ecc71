package dev.caravel.kubelet.node;

import dev.caravel.kubelet.event.EventType;

/** An event about the node that a decision returns. */
public record NodeEvent(EventType type, String reason, String message) {

    /** In the words upstream uses for changes of the node's status. */
    static NodeEvent statusIsNow(String nodeName, String reason) {
        return new NodeEvent(
                EventType.NORMAL, reason, "Node " + nodeName + " status is now: " + reason);
    }
}
