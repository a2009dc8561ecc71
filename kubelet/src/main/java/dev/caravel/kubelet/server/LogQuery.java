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

    /** A query that was read, or the answer to one that cannot be. */
    sealed interface Parsed {
        record Good(LogQuery query) implements Parsed {}

        /** What to answer. */
        record Bad(int status, String text) implements Parsed {}
    }

    private static final Parsed UNDECODABLE =
            new Parsed.Bad(400, "{\"message\": \"Unable to decode query.\"}");
    private static final Parsed INVALID =
            new Parsed.Bad(422, "{\"message\": \"Invalid request.\"}");

    /** Reads the query parameters. */
    static Parsed parse(Query q, Instant now) {
        OptionalLong tail;
        OptionalLong limit;
        OptionalLong seconds;
        Optional<Instant> time;
        try {
            String alias = q.first("tail").orElse("");
            tail = alias.isEmpty() ? number(q.first("tailLines")) : tail(alias);
            limit = number(q.first("limitBytes"));
            seconds = number(q.first("sinceSeconds"));
            time = q.first("sinceTime").filter(t -> !t.isEmpty()).map(Instant::parse);
        } catch (NumberFormatException | DateTimeException e) {
            return UNDECODABLE;
        }
        if (tail.orElse(0) < 0
                || limit.orElse(1) < 1
                || seconds.orElse(1) < 1
                || (seconds.isPresent() && time.isPresent())) {
            return INVALID;
        }
        String stream = q.first("stream").filter(s -> !s.isEmpty()).orElse("All");
        if (!stream.equals("All")) {
            return new Parsed.Bad(
                    400,
                    "unable to return the given log stream: \""
                            + stream
                            + "\". Please enable PodLogsQuerySplitStreams feature gate in kubelet");
        }
        Optional<Instant> since =
                seconds.isPresent() ? Optional.of(ago(now, seconds.getAsLong())) : time;
        return new Parsed.Good(
                new LogQuery(
                        flag(q.first("follow")),
                        flag(q.first("previous")),
                        flag(q.first("timestamps")),
                        tail,
                        limit,
                        since));
    }

    private static OptionalLong tail(String alias) {
        return alias.equals("all") ? OptionalLong.empty() : number(Optional.of(alias));
    }

    /** Only absence, {@code 0} and {@code false} say no; so the API's conversion has it. */
    private static boolean flag(Optional<String> value) {
        return value.isPresent()
                && !value.get().equals("0")
                && !value.get().equalsIgnoreCase("false");
    }

    private static OptionalLong number(Optional<String> text) {
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.get()));
    }

    private static Instant ago(Instant now, long seconds) {
        return seconds >= now.getEpochSecond()
                ? Instant.EPOCH
                : now.minus(Duration.ofSeconds(seconds));
    }
}
