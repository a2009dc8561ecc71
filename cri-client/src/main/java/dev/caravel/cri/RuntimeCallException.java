package dev.caravel.cri;

/** A call to the runtime failed: what was tried, on what, and what came back. */
public final class RuntimeCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final String objectId;
    private final Code code;
    private final String detail;

    /**
     * @param operation operation_type of the call, such as {@code start_container}
     * @param objectId id, name or image the call was about; empty if none
     * @param detail what the runtime (or the transport) said
     */
    public RuntimeCallException(String operation, String objectId, Code code, String detail) {
        super(
                operation
                        + (objectId.isEmpty() ? "" : " " + objectId)
                        + ": "
                        + detail
                        + " ("
                        + code
                        + ")");
        this.operation = operation;
        this.objectId = objectId;
        this.code = code;
        this.detail = detail;
    }

    public RuntimeCallException(
            String operation, String objectId, Code code, String detail, Throwable cause) {
        this(operation, objectId, code, detail);
        initCause(cause);
    }

    public String operation() {
        return operation;
    }

    public String objectId() {
        return objectId;
    }

    public Code code() {
        return code;
    }

    /** What the runtime said, alone; the text for events and container messages. */
    public String detail() {
        return detail;
    }

    public boolean isNotFound() {
        return code == Code.NOT_FOUND;
    }

    /** The runtime does not know this call. */
    public boolean isUnimplemented() {
        return code == Code.UNIMPLEMENTED;
    }

    /** Nobody listens on the socket, or the runtime went away during the call. */
    public boolean isUnavailable() {
        return code == Code.UNAVAILABLE;
    }

    public boolean isDeadlineExceeded() {
        return code == Code.DEADLINE_EXCEEDED;
    }

    /**
     * The calling thread was interrupted (its flag is still set), or the client or stream was
     * closed.
     */
    public boolean isCancelled() {
        return code == Code.CANCELLED;
    }

    /** The status codes of gRPC, and one for answers that break the contract. */
    public enum Code {
        CANCELLED,
        UNKNOWN,
        INVALID_ARGUMENT,
        DEADLINE_EXCEEDED,
        NOT_FOUND,
        ALREADY_EXISTS,
        PERMISSION_DENIED,
        RESOURCE_EXHAUSTED,
        FAILED_PRECONDITION,
        ABORTED,
        OUT_OF_RANGE,
        UNIMPLEMENTED,
        INTERNAL,
        UNAVAILABLE,
        DATA_LOSS,
        UNAUTHENTICATED,
        /**
         * The call succeeded but the answer cannot be used: an id or metadata is missing, a time is
         * impossible.
         */
        BAD_ANSWER
    }
}
