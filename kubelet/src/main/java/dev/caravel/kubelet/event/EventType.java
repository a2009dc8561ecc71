package dev.caravel.kubelet.event;

/** The two types an event of the core API may have. */
public enum EventType {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    EventType(String text) {
        this.text = text;
    }

    /** The value of the event's {@code type} field. */
    public String text() {
        return text;
    }
}
