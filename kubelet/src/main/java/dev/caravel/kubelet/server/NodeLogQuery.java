package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Query;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A question for logs of services of the node (contract §3.3, KEP-2258).
 *
 * @param services names of units, or of files that are tried by custom
 * @param files paths below /var/log
 * @param pattern regular expression; empty for all lines
 */
record NodeLogQuery(
        List<String> services,
        List<String> files,
        Optional<Instant> since,
        Optional<Instant> until,
        OptionalInt tailLines,
        OptionalInt boot,
        String pattern) {

    private static final int MAX_SERVICES = 4;
    private static final int MAX_NAME = 256;
    private static final int MAX_LINES = 100_000;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z\\-_.:0-9@]+");

    NodeLogQuery {
        services = List.copyOf(services);
        files = List.copyOf(files);
    }

    /** What a request asks for. */
    sealed interface Parsed {
        /** Logs of services or of a file. */
        record Asked(NodeLogQuery query) implements Parsed {}

        /** Nothing: the path tells what is wanted. */
        record Nothing() implements Parsed {}

        /** Answered with the status and text. */
        record Bad(int status, String text) implements Parsed {}
    }

    /** Reads and checks the query parameters. */
    static Parsed parse(Query q) {
        List<String> problems = new ArrayList<>();
        List<String> services = new ArrayList<>();
        List<String> files = new ArrayList<>();
        List<String> asked = q.all("query");
        for (String name : asked) {
            if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
                files.add(name);
            } else if (!name.isBlank()) {
                services.add(name);
            }
        }
        if (!asked.isEmpty() && files.isEmpty() && services.isEmpty()) {
            problems.add(invalid("query", String.join(", ", asked), "may not be empty"));
        }
        NodeLogQuery query =
                new NodeLogQuery(
                        services,
                        files,
                        time(q, "sinceTime", problems),
                        time(q, "untilTime", problems),
                        number(q, "tailLines", problems),
                        number(q, "boot", problems),
                        q.first("pattern").orElse(""));
        if (!problems.isEmpty()) {
            return new Parsed.Bad(400, all(problems));
        }
        if (asked.isEmpty() && !query.hasOptions()) {
            return new Parsed.Nothing();
        }
        List<String> senseless = query.check();
        return senseless.isEmpty() ? new Parsed.Asked(query) : new Parsed.Bad(406, all(senseless));
    }

    /** Whether anything but the names is given. */
    boolean hasOptions() {
        return since.isPresent()
                || until.isPresent()
                || tailLines.isPresent()
                || boot.isPresent()
                || !pattern.isEmpty();
    }

    private List<String> check() {
        List<String> problems = new ArrayList<>();
        for (String s : services) {
            if (s.length() > MAX_NAME) {
                problems.add(invalid("query", s, "length must be less than " + MAX_NAME));
            } else if (!NAME.matcher(s).matches()) {
                problems.add(invalid("query", s, "input contains unsupported characters"));
            }
        }
        if (services.size() > MAX_SERVICES) {
            problems.add(
                    "query: Too many: "
                            + services.size()
                            + ": must have at most "
                            + MAX_SERVICES
                            + " items");
        }
        String named = String.join(", ", files);
        if (files.isEmpty() && services.isEmpty()) {
            problems.add("query: Required value: cannot be empty with options");
        } else if (!files.isEmpty() && !services.isEmpty()) {
            problems.add(invalid("query", named, "cannot specify a file and service"));
        } else if (files.size() > 1) {
            problems.add(invalid("query", named, "cannot specify more than one file"));
        } else if (!files.isEmpty() && hasOptions()) {
            problems.add(invalid("query", named, "cannot specify file with options"));
        }
        if (since.isPresent() && until.isPresent() && since.get().isAfter(until.get())) {
            problems.add(invalid("untilTime", until.get().toString(), "must be after `sinceTime`"));
        }
        if (boot.orElse(0) > 0) {
            problems.add("boot: Invalid value: " + boot.getAsInt() + ": must be less than 1");
        }
        if (tailLines.orElse(0) < 0 || tailLines.orElse(0) > MAX_LINES) {
            problems.add(
                    "tailLines: Invalid value: %d: must be between 0 and %d, inclusive"
                            .formatted(tailLines.getAsInt(), MAX_LINES));
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            problems.add(invalid("pattern", pattern, e.getDescription()));
        }
        return problems;
    }

    private static Optional<Instant> time(Query q, String name, List<String> problems) {
        String text = q.first(name).orElse("");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            problems.add(invalid(name, text, "invalid time format"));
            return Optional.empty();
        }
    }

    private static OptionalInt number(Query q, String name, List<String> problems) {
        String text = q.first(name).orElse("");
        try {
            return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            problems.add(invalid(name, text, "invalid syntax"));
            return OptionalInt.empty();
        }
    }

    private static String invalid(String field, String value, String why) {
        return field + ": Invalid value: \"" + value + "\": " + why;
    }

    private static String all(List<String> problems) {
        return problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]";
    }

    /** What journalctl(1) is run with. */
    List<String> journalctl(List<String> units) {
        List<String> command =
                new ArrayList<>(
                        List.of("journalctl", "--utc", "--no-pager", "--output=short-precise"));
        since.ifPresent(t -> command.add("--since=" + journalTime(t)));
        until.ifPresent(t -> command.add("--until=" + journalTime(t)));
        if (tailLines.isPresent()) {
            command.add("--pager-end");
            command.add("--lines=" + tailLines.getAsInt());
        }
        units.forEach(unit -> command.add("--unit=" + unit));
        if (!pattern.isEmpty()) {
            command.add("--grep=" + pattern);
        }
        if (boot.isPresent()) {
            command.add("--boot");
            command.add(Integer.toString(boot.getAsInt()));
        }
        return command;
    }

    private static String journalTime(Instant time) {
        return time.toString().substring(0, 19).replace('T', ' ') + " UTC";
    }
}
