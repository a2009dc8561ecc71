package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Query;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What part of a container's log is wanted (contract §3, PodLogOptions).
 *
 * @param tail lines from the end; empty for all
 * @param limit bytes at most; empty for no limit
 */
record LogQuery(
        boolean follow,
        boolean previous,
        boolean timestamps,
        OptionalLong tail,
        OptionalLong limit,
        Optional<Instant> since) {

    /**
     * Reads the query parameters.
     *
     * @throws IllegalArgumentException saying which one is wrong; answered with 422
     */
    static LogQuery of(Query q, Instant now) {
        OptionalLong tail = number(q, "tailLines", 0);
        if (tail.isEmpty() && !q.first("tail").orElse("all").equals("all")) {
            tail = number(q, "tail", 0);
        }
        OptionalLong seconds = number(q, "sinceSeconds", 1);
        Optional<String> time = q.first("sinceTime").filter(t -> !t.isEmpty());
        if (seconds.isPresent() && time.isPresent()) {
            throw new IllegalArgumentException(
                    "at most one of sinceTime or sinceSeconds may be specified");
        }
        Optional<Instant> since =
                seconds.isPresent()
                        ? Optional.of(now.minus(Duration.ofSeconds(seconds.getAsLong())))
                        : time.map(LogQuery::instant);
        return new LogQuery(
                flag(q, "follow"),
                flag(q, "previous"),
                flag(q, "timestamps"),
                tail,
                number(q, "limitBytes", 1),
                since);
    }

    private static boolean flag(Query q, String name) {
        String v = q.first(name).orElse("");
        return v.equals("1") || v.equalsIgnoreCase("true") || v.equals("t");
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("sinceTime '" + text + "' is no RFC 3339 time", e);
        }
    }

    private static OptionalLong number(Query q, String name, long least) {
        Optional<String> text = q.first(name).filter(t -> !t.isEmpty());
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long value = Long.parseLong(text.get());
            if (value >= least) {
                return OptionalLong.of(value);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " '" + text.get() + "' is no number", e);
        }
        throw new IllegalArgumentException(name + " must be at least " + least);
    }
}
