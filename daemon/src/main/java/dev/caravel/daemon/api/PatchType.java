package dev.caravel.daemon.api;

/** The kinds of patch the API server takes, with their media types. */
public enum PatchType {
    STRATEGIC_MERGE("application/strategic-merge-patch+json"),
    MERGE("application/merge-patch+json"),
    JSON("application/json-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    PatchType(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The Content-Type to send. */
    public String mediaType() {
        return mediaType;
    }
}
