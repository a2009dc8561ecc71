package dev.caravel.daemon.http;

import java.io.IOException;

/** The client sent something we do not take; carries the status to answer with before closing. */
final class BadRequest extends IOException {
    private static final long serialVersionUID = 1;
    private final int status;
    private final String reason;

    BadRequest(int status, String message) {
        super(message);
        this.status = status;
        this.reason = message;
    }

    String reason() {
        return reason;
    }

    int status() {
        return status;
    }
}
