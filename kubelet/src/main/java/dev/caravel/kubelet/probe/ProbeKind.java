package dev.caravel.kubelet.probe;

/** The three probes a container may have. */
public enum ProbeKind {
    STARTUP("Startup"),
    LIVENESS("Liveness"),
    READINESS("Readiness");

    private final String text;

    ProbeKind(String text) {
        this.text = text;
    }

    /** As in events ({@code "Liveness probe failed: …"}) and metric label {@code probe_type}. */
    public String text() {
        return text;
    }
}
