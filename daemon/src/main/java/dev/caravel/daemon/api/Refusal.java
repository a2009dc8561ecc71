package dev.caravel.daemon.api;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads answers that say no: a Status object, or whatever a proxy in between has to say. */
final class Refusal {
    private static final int MAX_TEXT = 1024;

    private Refusal() {}

    static ApiException of(
            String request,
            int code,
            Optional<String> retryAfter,
            byte[] body,
            ObjectMapper mapper) {
        String reason = "";
        String message = "";
        try {
            JsonNode status = mapper.readTree(body);
            reason = status.path("reason").asString("");
            message = status.path("message").asString("");
        } catch (JacksonException e) {
            message = new String(body, StandardCharsets.UTF_8).strip(); // not from the API server
        }
        if (message.isEmpty()) {
            message = "no message";
        }
        if (message.length() > MAX_TEXT) {
            message = message.substring(0, MAX_TEXT) + "...";
        }
        return new ApiException(
                request, code, reason, message, retryAfter.flatMap(Refusal::seconds));
    }

    /** The API server sends seconds; a date, which HTTP allows too, is ignored. */
    private static Optional<Duration> seconds(String header) {
        try {
            return Optional.of(Duration.ofSeconds(Math.max(0, Integer.parseInt(header.strip()))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
