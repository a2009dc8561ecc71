package dev.caravel.daemon.api;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The API server answered, and the answer was no. */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;
    private final transient Optional<Duration> retryAfter;

    /**
     * @param request what was tried, for example {@code PATCH /api/v1/nodes/n1/status}
     * @param code HTTP status
     * @param reason the {@code reason} of the Status object, or empty
     * @param message the server's words
     */
    public ApiException(
            String request,
            int code,
            String reason,
            String message,
            Optional<Duration> retryAfter) {
        super(
                request
                        + ": API server said "
                        + code
                        + (reason.isEmpty() ? "" : " " + reason)
                        + " ("
                        + message
                        + ")");
        this.code = code;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** HTTP status code. */
    public int code() {
        return code;
    }

    /** Machine readable reason such as {@code AlreadyExists}, or empty. */
    public String reason() {
        return reason;
    }

    /** How long the server asks to wait, from {@code Retry-After}. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    public boolean notFound() {
        return code == 404;
    }

    public boolean conflict() {
        return code == 409 && !alreadyExists();
    }

    public boolean alreadyExists() {
        return reason.equals("AlreadyExists");
    }

    public boolean forbidden() {
        return code == 403;
    }

    /** The version asked for is too old: list again. */
    public boolean gone() {
        return code == 410;
    }
}
